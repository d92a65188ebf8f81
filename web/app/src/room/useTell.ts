import { SylkError } from '@sylk/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalWords } from './chat/words';
import { useSession } from './session';

/** Says in words what became of a verb that was refused; who is told nothing believes it was done. */
export function useTell(): (work: Promise<unknown>) => void {
  const { t } = useTranslation();
  const session = useSession();
  return useCallback((work) => {
    work.catch((reason: unknown) => {
      const { code, detail } = SylkError.from(reason);
      session.notify('warning', detail && code !== 'connection_failed' ? `${refusalWords(t, code)}: ${detail}` : refusalWords(t, code));
    });
  }, [session, t]);
}
