import type { ParticipantKind } from '@sylk/client';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../ui/Icon';

const ICONS: Partial<Record<ParticipantKind, IconName>> = { sip: 'phone', xmpp: 'chat', msrp: 'chat', recorder: 'bot', bot: 'bot' };

/** Through which door somebody came in, where it is not a page. `shown`: the word stands beside it already. */
export function KindBadge({ kind, size, shown = false }: { kind: ParticipantKind; size: number; shown?: boolean }): React.JSX.Element | null {
  const { t } = useTranslation();
  const icon = ICONS[kind];
  if (!icon) return null;
  if (shown) return <Icon name={icon} size={size} />;
  const word = t(`people.kind.${kind}`);
  return <span title={word} data-kind={kind}><Icon name={icon} size={size} /><span className="visually-hidden">{word}</span></span>;
}
