import { useSyncExternalStore } from 'react';

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
  messageSound: boolean;
  /** A message's first words over the stage while the chat is closed. */
  messagePreview: boolean;
  /** To screen readers. */
  speakMessages: boolean;
  knockSound: boolean;
}
const KEY = 'sylk.prefs';
const CHANGED = 'sylk:prefs';
const MAX_RECENT = 6;
export const DEFAULT_PREFS: Prefs = {
  displayName: '', camera: '', microphone: '', speaker: '', micOn: true, cameraOn: true, theme: '', recent: [], shortcuts: true,
  messageSound: true, messagePreview: true, speakMessages: true, knockSound: true,
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
    dispatchEvent(new Event(CHANGED));
  } catch (reason) {
    if (!(reason instanceof DOMException)) throw reason;
  }
}

let known: { text: string; prefs: Prefs } | null = null;
function snapshot(): Prefs {
  const prefs = loadPrefs();
  const text = JSON.stringify(prefs);
  if (known?.text !== text) known = { text, prefs };
  return known.prefs;
}

/** The choices, and every change this page makes to them. */
export function usePrefs(): Prefs {
  return useSyncExternalStore((fn) => {
    addEventListener(CHANGED, fn);
    return () => removeEventListener(CHANGED, fn);
  }, snapshot);
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
