import type { SylkError } from '@sylk/client';
import { Button as Bare } from 'react-aria-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { navigate } from '../route';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { Menu, type MenuGroup } from '../ui/Menu';
import styles from './Admin.module.css';
import { words } from './admin';
import type { Pages } from './useLoad';

/** A link of this page: the browser's own for a new tab, ours for a click. */
export function Go({ to, children, ...rest }: { to: string; children: React.ReactNode } & React.AnchorHTMLAttributes<HTMLAnchorElement>): React.JSX.Element {
  const go = (e: React.MouseEvent): void => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={go} {...rest}>{children}</a>;
}

export function Title({ text, sub, back, children }: { text: string; sub?: string; back?: { to: string; label: string }; children?: React.ReactNode }): React.JSX.Element {
  return (
    <div>
      {back && <Go to={back.to} className={styles.back}><Icon name="chevronLeft" size={16} />{back.label}</Go>}
      <div className={styles.titleRow}>
        <div>
          <h1>{text}</h1>
          {sub && <p className={styles.sub}>{sub}</p>}
        </div>
        {children}
      </div>
    </div>
  );
}

export function Section({ title, verbs, children }: { title: string; verbs?: React.ReactNode; children: React.ReactNode }): React.JSX.Element {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}><h2>{title}</h2>{verbs}</div>
      {children}
    </section>
  );
}

export function Trouble({ error }: { error: SylkError }): React.JSX.Element {
  return <p className={styles.trouble} role="alert"><Icon name="alert" /><span>{words(error)}</span></p>;
}

/** One page of a list, or why there is none. */
export function Rows<T>({ label, pages, empty, children }: { label: string; pages: Pages<T>; empty: string; children: (item: T) => React.ReactNode }): React.JSX.Element {
  const { t } = useTranslation();
  const { value, error, back, forth } = pages;
  return (
    <>
      {error && <Trouble error={error} />}
      {!value && !error && <p className={styles.none}>{t('app.loading')}</p>}
      {value && value.items.length === 0 && <p className={styles.none}>{empty}</p>}
      {value && value.items.length > 0 && <ul className={styles.rows} aria-label={label}>{value.items.map(children)}</ul>}
      {(back || forth) && (
        <div className={styles.pager}>
          <Button size="s" icon="chevronLeft" isDisabled={!back} onPress={() => back?.()}>{t('admin.previous')}</Button>
          <Button size="s" icon="chevronRight" isDisabled={!forth} onPress={() => forth?.()}>{t('admin.next')}</Button>
        </div>
      )}
    </>
  );
}

export function Chip({ tone = '', children }: { tone?: 'good' | 'warn' | 'bad' | ''; children: React.ReactNode }): React.JSX.Element {
  return <span className={`${styles.chip} ${tone && styles[tone]}`}>{children}</span>;
}

export function More({ label, groups }: { label: string; groups: MenuGroup[] }): React.JSX.Element {
  return (
    <Menu label={label} groups={groups}>
      <Bare className={styles.more ?? ''} aria-label={label}><Icon name="more" size={18} /></Bare>
    </Menu>
  );
}

/** Something that is shown this once. */
export function Secret({ label, value }: { label: string; value: string }): React.JSX.Element {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <div className={styles.secret}>
      <span>{label}</span>
      <div>
        <code data-secret>{value}</code>
        <Button size="s" icon={copied ? 'check' : 'copy'} onPress={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))} aria-label={t('admin.copy', { what: label })} />
      </div>
    </div>
  );
}

export function Numbers({ of }: { of: [string, React.ReactNode][] }): React.JSX.Element {
  return <dl className={styles.numbers}>{of.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
