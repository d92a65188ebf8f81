import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { applyTheme, savePrefs } from '../prefs';
import { Account } from './Account';
import { Button } from './Button';
import { Mark } from './Icon';
import styles from './TopBar.module.css';

export function ThemeButton(): React.JSX.Element {
  const { t } = useTranslation();
  const [theme, setTheme] = useState(() => document.documentElement.dataset['theme'] ?? 'dark');
  const next = theme === 'dark' ? 'light' : 'dark';
  const toggle = (): void => {
    savePrefs({ theme: next });
    setTheme(applyTheme(next));
  };
  return <Button variant="quiet" icon={next === 'dark' ? 'moon' : 'sun'} aria-label={t(`app.theme.${next}`)} onPress={toggle} />;
}

export function TopBar(): React.JSX.Element {
  const { t } = useTranslation();
  return (
    <header className={styles.bar}>
      <a href="/" className={styles.brand}>
        <Mark />
        <span>{t('app.name')}</span>
      </a>
      <span className={styles.end}><Account /><ThemeButton /></span>
    </header>
  );
}
