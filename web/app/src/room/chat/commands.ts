import type { Participant } from '@sylk/client';

export type ChatCommand =
  | { name: 'say' | 'me' | 'nick' | 'topic'; text: string }
  | { name: 'msg'; to: string; text: string }
  | { name: 'mute' | 'kick'; participantId: string }
  | { name: 'muteSelf' | 'invite' | 'lock' | 'help' }
  | { name: 'error'; problem: 'unknown' | 'noText' | 'noPerson' | 'nobody' | 'several'; value: string };

type Person = Pick<Participant, 'id' | 'displayName'>;
type Found = { person: Person; rest: string } | { problem: 'noPerson' | 'nobody' | 'several'; value: string };

export const COMMANDS = ['msg', 'me', 'nick', 'invite', 'mute', 'kick', 'lock', 'topic', 'help'] as const;

/** Pure: what a typed line means (B6.3). Two slashes say a line that begins with one. */
export function parseLine(line: string, others: readonly Person[]): ChatCommand {
  const text = line.trim();
  if (!text.startsWith('/')) return { name: 'say', text };
  if (text.startsWith('//')) return { name: 'say', text: text.slice(1) };
  const word = /^\/(\S*)/.exec(text)?.[1] ?? '';
  const rest = text.slice(word.length + 1).trim();
  switch (word.toLowerCase()) {
    case 'me': case 'nick': case 'topic':
      return rest ? { name: word.toLowerCase() as 'me' | 'nick' | 'topic', text: rest } : { name: 'error', problem: 'noText', value: word };
    case 'msg': return privately(rest, others);
    case 'mute': return rest ? onPerson('mute', rest, others) : { name: 'muteSelf' };
    case 'kick': return onPerson('kick', rest, others);
    case 'invite': case 'lock': case 'help': return { name: word.toLowerCase() as 'invite' | 'lock' | 'help' };
    default: return { name: 'error', problem: 'unknown', value: word };
  }
}

function privately(rest: string, others: readonly Person[]): ChatCommand {
  const found = findPerson(rest, others);
  if ('problem' in found) return { name: 'error', ...found };
  return found.rest ? { name: 'msg', to: found.person.id, text: found.rest } : { name: 'error', problem: 'noText', value: 'msg' };
}

function onPerson(name: 'mute' | 'kick', rest: string, others: readonly Person[]): ChatCommand {
  const found = findPerson(rest, others);
  if (!('problem' in found) && found.rest) return { name: 'error', problem: 'nobody', value: rest };
  return 'problem' in found ? { name: 'error', ...found } : { name, participantId: found.person.id };
}

/** The longest name the text begins with, or the only one that begins with its first word; quotes and @ may stand around it. */
export function findPerson(text: string, others: readonly Person[]): Found {
  const quoted = /^@?"([^"]+)"\s*/.exec(text);
  const wanted = quoted ? (quoted[1] ?? '') : text.replace(/^@/, '');
  if (!wanted) return { problem: 'noPerson', value: '' };
  const lower = wanted.toLowerCase();
  const starts = (name: string): boolean => name !== '' && lower.startsWith(name) && (lower.length === name.length || /\s/.test(lower[name.length] ?? ''));
  const whole = others.filter((p) => starts(p.displayName.toLowerCase())).sort((a, b) => b.displayName.length - a.displayName.length);
  const longest = whole.filter((p) => p.displayName.length === whole[0]?.displayName.length);
  if (longest.length > 1) return { problem: 'several', value: longest[0]?.displayName ?? '' };
  if (longest[0]) return { person: longest[0], rest: quoted ? text.slice(quoted[0].length).trim() : wanted.slice(longest[0].displayName.length).trim() };
  const first = quoted ? lower : (/^\S+/.exec(lower)?.[0] ?? '');
  const begun = others.filter((p) => p.displayName.toLowerCase().startsWith(first));
  if (begun.length > 1) return { problem: 'several', value: first };
  if (!begun[0]) return { problem: 'nobody', value: first };
  return { person: begun[0], rest: quoted ? text.slice(quoted[0].length).trim() : wanted.slice(first.length).trim() };
}
