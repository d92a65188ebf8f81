import { useTranslation } from 'react-i18next';
import { signInAddress, signOut, useSignIn } from '../signIn';
import { Button } from './Button';
import { Icon } from './Icon';
import styles from './TopBar.module.css';

/** Signing in and out, where the server offers it. */
export function Account(): React.JSX.Element | null {
  const { t } = useTranslation();
  const [{ offered, person }, again] = useSignIn();
  if (!offered) return null;
  if (!person) return <a className={styles.account} href={signInAddress()}><Icon name="people" size={18} />{t('account.signIn')}</a>;
  return (
    <span className={styles.account}>
      <bdi title={t('account.as', { name: person.name })}>{person.name}</bdi>
      <Button size="s" variant="quiet" onPress={() => void signOut(person).then(again)}>{t('account.signOut')}</Button>
    </span>
  );
}
