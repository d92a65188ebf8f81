import styles from './Avatar.module.css';

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

export function Avatar({ id, name, size }: { id: string; name: string; size: 's' | 'm' | 'fill' }): React.JSX.Element {
  return (
    <span aria-hidden="true" className={`${styles.avatar} ${styles[size]} ${styles[`c${hueIndex(id)}`]}`}>
      {initials(name)}
    </span>
  );
}
