import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { usePanels } from '../panels';
import styles from '../PeoplePanel.module.css';
import { useMayDial } from './useMayDial';

/** Above the roster: bring more people in. */
export function InviteButtons(): React.JSX.Element {
  const { t } = useTranslation();
  const { show } = usePanels();
  const mayDial = useMayDial();
  return (
    <div className={styles.bring}>
      <Button size="s" icon="invite" onPress={() => show('invite')}>{t('phones.invite')}</Button>
      {mayDial && <Button size="s" icon="phone" onPress={() => show('dial')}>{t('phones.call')}</Button>}
    </div>
  );
}
