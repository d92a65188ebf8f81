export type Command =
  | 'mic' | 'camera' | 'hand' | 'screen' | 'people' | 'chat' | 'stats' | 'layout' | 'help' | 'devices' | 'fullscreen'
  | 'nextPerson' | 'previousPerson' | 'region' | 'who' | 'talk' | { reaction: number };

const SINGLE: Record<string, Command> = {
  m: 'mic', v: 'camera', h: 'hand', s: 'screen', p: 'people', c: 'chat', d: 'devices', f: 'fullscreen', w: 'layout', t: 'stats',
  q: 'who', '[': 'previousPerson', ']': 'nextPerson', '?': 'help',
};
type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

/** Pure: what a key means. Single keys can be switched off (WCAG 2.1.4); the two with Ctrl or ⌘ and F6 always work. */
export function commandFor(e: Pressed, focus: 'text' | 'dialog' | 'button' | 'page', singleKeys: boolean): Command | null {
  if (e.repeat || e.altKey) return null;
  const key = e.key.toLowerCase();
  if (e.ctrlKey || e.metaKey) return key === 'd' ? 'mic' : key === 'e' ? 'camera' : null;
  if (focus === 'dialog') return null;
  if (key === 'f6') return 'region';
  if (focus === 'text' || !singleKeys) return null;
  if (key === ' ') return focus === 'button' ? null : 'talk';
  if (/^[1-8]$/.test(key)) return { reaction: Number(key) };
  return SINGLE[key] ?? null;
}
