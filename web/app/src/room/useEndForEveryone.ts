import { useTranslation } from 'react-i18next';
import type { Question } from '../ui/Confirm';
import { useSession } from './session';
import { useTell } from './useTell';

/** Asks, and ends the meeting for all. */
export function useEndForEveryone(ask: (question: Question) => void): () => void {
  const { t } = useTranslation();
  const { moderation } = useSession();
  const tell = useTell();
  return () => ask({ title: t('moderator.confirmEnd'), hint: t('moderator.confirmEndHint'), yes: t('moderator.end'), danger: true, onYes: () => tell(moderation.endRoom()) });
}
