import { Header, Menu as AriaMenu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { Icon, type IconName } from './Icon';
import styles from './Menu.module.css';

export interface MenuEntry {
  id: string;
  label: string;
  icon?: IconName;
  /** Shown instead of the words, which stay for screen readers. */
  emoji?: string;
  selected?: boolean;
  danger?: boolean;
  /** Why it cannot be done now or to this one: shown, read out, and then it does nothing. */
  reason?: string | undefined;
  onAction: () => void;
}
export interface MenuGroup {
  title?: string;
  entries: MenuEntry[];
}

interface MenuProps {
  label: string;
  groups: MenuGroup[];
  children: React.ReactNode;
  /** Given when something else than its button opens it too. */
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export function Menu({ label, groups, children, ...opening }: MenuProps): React.JSX.Element {
  return (
    <MenuTrigger {...opening}>
      {children}
      <Popover className={styles.popover} offset={8}>
        <AriaMenu aria-label={label} className={styles.menu} autoFocus="first">
          {groups.filter((g) => g.entries.length > 0).map((group, i) => (
            <MenuSection key={group.title ?? i} aria-label={group.title ?? label} className={`${styles.section} ${group.entries[0]?.emoji ? styles.emojis : ''}`}>
              {group.title && <Header className={styles.header}>{group.title}</Header>}
              {group.entries.map((entry) => (
                <MenuItem key={entry.id} id={`${i}-${entry.id}`} textValue={entry.reason ? `${entry.label}: ${entry.reason}` : entry.label} shouldCloseOnSelect={!entry.reason}
                  onAction={() => !entry.reason && entry.onAction()} className={`${styles.item} ${entry.reason ? styles.off : entry.danger ? styles.danger : ''}`}>
                  {entry.emoji ? <span aria-hidden="true">{entry.emoji}</span> : (
                    <span className={styles.icon}>
                      {entry.selected !== undefined ? entry.selected && <Icon name="check" size={18} /> : entry.icon && <Icon name={entry.icon} size={18} />}
                    </span>
                  )}
                  <span className={entry.emoji ? 'visually-hidden' : styles.words}>{entry.label}{entry.reason && <small>{entry.reason}</small>}</span>
                  {entry.selected && <span className="visually-hidden">✓</span>}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
