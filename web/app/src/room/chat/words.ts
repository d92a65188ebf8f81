import type { ChatTyping, Participant } from '@sylk/client';
import type { TFunction } from 'i18next';

export const clockTime = (timestamp: string, lang: string): string =>
  new Date(timestamp).toLocaleTimeString(lang, { hour: '2-digit', minute: '2-digit' });

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function fileSize(bytes: number, lang: string): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1000)));
  return new Intl.NumberFormat(lang, { style: 'unit', unit: UNITS[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: step > 1 ? 1 : 0 }).format(bytes / 1000 ** step);
}

/** Pure: who types to everyone, or to me. */
export function typingWords(typing: readonly ChatTyping[], people: Readonly<Record<string, Participant>>, selfId: string, t: TFunction): string {
  const names = typing.filter((x) => !x.to || x.to === selfId).flatMap((x) => people[x.participantId]?.displayName ?? []);
  if (names.length === 0) return '';
  if (names.length === 1) return t('chat.typingOne', { name: names[0] });
  return names.length === 2 ? t('chat.typingTwo', { name: names[0], other: names[1] }) : t('chat.typingMany');
}

/** Words of a refusal: its own where they help, otherwise those of the code. */
export const refusalWords = (t: TFunction, code: string | undefined): string => t([`error.${code}.title`, 'error.internal.title']);
