import { useTranslation } from 'react-i18next';
import { useRoom } from '../session';
import styles from './Chat.module.css';
import { typingWords } from './words';

export function TypingLine(): React.JSX.Element {
  const { t } = useTranslation();
  const typing = useRoom((s) => s.chat.typing);
  const people = useRoom((s) => s.room.participants);
  const selfId = useRoom((s) => s.room.selfId);
  const words = typingWords(typing, people, selfId, t);
  return <p className={styles.typing} data-typing={words ? true : undefined}>{words && <span className={styles.dots} aria-hidden="true"><i /><i /><i /></span>}<bdi>{words}</bdi></p>;
}
