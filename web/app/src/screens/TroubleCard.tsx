import type { DeviceTrouble } from '@sylk/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import styles from './Lobby.module.css';

interface TroubleCardProps {
  kind: 'camera' | 'microphone' | 'both';
  trouble: DeviceTrouble;
  onRetry: () => void;
  onSkip: () => void;
}

/** Names the cause and the steps; what was tried stays on the page, so nothing has to be reloaded. */
export function TroubleCard({ kind, trouble, onRetry, onSkip }: TroubleCardProps): React.JSX.Element {
  const { t } = useTranslation();
  const device = t(`device.${kind}`).toLocaleLowerCase();
  return (
    <section className={styles.trouble} role="alert">
      <Icon name="alert" size={22} />
      <div>
        <h2>{t(`trouble.${trouble}.title`, { device })}</h2>
        <ol>
          {(['step1', 'step2', 'step3'] as const).map((step) => <li key={step}>{t(`trouble.${trouble}.${step}`, { device })}</li>)}
        </ol>
        <div className={styles.troubleActions}>
          <Button size="s" variant="primary" onPress={onRetry}>{t('trouble.retry')}</Button>
          <Button size="s" onPress={onSkip}>{t(kind === 'both' ? 'trouble.withoutBoth' : 'trouble.without')}</Button>
        </div>
      </div>
    </section>
  );
}
