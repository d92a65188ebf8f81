import styles from './Avatar.module.css';
import { Icon } from './Icon';

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((w) => [...(w ?? '')][0] ?? '').join('').toUpperCase() || '?';
}

/** The same person has the same colour on every screen: 0–9 from the identity. */
export function hueIndex(id: string): number {
  let hash = 2166136261;
  for (const c of id) hash = Math.imul(hash ^ (c.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) % 10;
}

/** A number has no initials: such a phone shows its sign. */
export function Avatar({ id, name, size, phone = false }: { id: string; name: string; size: 's' | 'm' | 'fill'; phone?: boolean }): React.JSX.Element {
  return (
    <span aria-hidden="true" className={`${styles.avatar} ${styles[size]} ${styles[`c${hueIndex(id)}`]}`}>
      {phone && !/\p{L}/u.test(name) ? <Icon name="phone" /> : initials(name)}
    </span>
  );
}
