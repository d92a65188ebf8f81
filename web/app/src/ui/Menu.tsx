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
                <MenuItem key={entry.id} id={`${i}-${entry.id}`} textValue={entry.label} onAction={entry.onAction} className={`${styles.item} ${entry.danger ? styles.danger : ''}`}>
                  {entry.emoji ? <span aria-hidden="true">{entry.emoji}</span> : (
                    <span className={styles.icon}>
                      {entry.selected !== undefined ? entry.selected && <Icon name="check" size={18} /> : entry.icon && <Icon name={entry.icon} size={18} />}
                    </span>
                  )}
                  <span className={entry.emoji ? 'visually-hidden' : undefined}>{entry.label}</span>
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
