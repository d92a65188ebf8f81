/** What this browser remembers about its person, and can be told to forget. */
export interface Prefs {
  displayName: string;
  camera: string;
  microphone: string;
  speaker: string;
  micOn: boolean;
  cameraOn: boolean;
  theme: 'dark' | 'light' | '';
  recent: string[];
  shortcuts: boolean;
}
const KEY = 'sylk.prefs';
const MAX_RECENT = 6;
export const DEFAULT_PREFS: Prefs = {
  displayName: '', camera: '', microphone: '', speaker: '', micOn: true, cameraOn: true, theme: '', recent: [], shortcuts: true,
};

export function loadPrefs(): Prefs {
  try {
    return { ...DEFAULT_PREFS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>) };
  } catch (reason) {
    // Storage is switched off, or holds something that is not ours.
    if (reason instanceof SyntaxError || reason instanceof DOMException) return DEFAULT_PREFS;
    throw reason;
  }
}

export function savePrefs(patch: Partial<Prefs>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...loadPrefs(), ...patch }));
  } catch (reason) {
    if (!(reason instanceof DOMException)) throw reason;
  }
}

export function rememberRoom(room: string): void {
  savePrefs({ recent: [room, ...loadPrefs().recent.filter((r) => r !== room)].slice(0, MAX_RECENT) });
}

export function forgetChoices(): void {
  const { theme, recent } = loadPrefs();
  localStorage.removeItem(KEY);
  savePrefs({ theme, recent });
}

export function applyTheme(theme: Prefs['theme']): 'dark' | 'light' {
  const shown = theme || (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark');
  document.documentElement.dataset['theme'] = shown;
  return shown;
}
