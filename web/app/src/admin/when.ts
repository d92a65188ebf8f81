import i18next from 'i18next';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]];

/** Day and time, as the reader's language writes them. */
export const moment = (iso: string): string =>
  new Date(iso).toLocaleString(i18next.language, { dateStyle: 'medium', timeStyle: 'short' });

export const time = (iso: string): string => new Date(iso).toLocaleTimeString(i18next.language);

/** "3 minutes ago". */
export function ago(iso: string, now = Date.now()): string {
  const away = Date.parse(iso) - now;
  const [unit, length] = STEPS.find(([, ms]) => Math.abs(away) >= ms) ?? ['second', 1000];
  return new Intl.RelativeTimeFormat(i18next.language, { numeric: 'auto' }).format(Math.round(away / length), unit);
}

export const rate = (bps: number): string => (bps >= 1e6 ? `${(bps / 1e6).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`);
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
