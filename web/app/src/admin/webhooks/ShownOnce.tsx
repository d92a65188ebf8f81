import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Sheet } from '../../ui/Sheet';
import styles from '../Admin.module.css';
import { Secret } from '../parts';

export function ShownOnce({ secret, onClose }: { secret: string; onClose: () => void }): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <Sheet title={t('admin.webhooks.secretTitle')} onClose={onClose}>
      <p className={styles.sub}>{t('admin.webhooks.once')}</p>
      <Secret label={t('admin.webhooks.secret')} value={secret} />
      <div data-actions><Button variant="primary" onPress={onClose}>{t('admin.kept')}</Button></div>
    </Sheet>
  );
}
