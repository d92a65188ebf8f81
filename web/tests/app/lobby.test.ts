import { describe, expect, it } from 'vitest';
import { networkWord } from '../../app/src/screens/NetworkLine';
import { insideWord, readFacts } from '../../app/src/screens/useLobbyFacts';

describe('the line about the network', () => {
  it.each([['udp', 24, 'good'], ['udp', null, 'good'], ['udp', 301, 'slow'], ['tcp', 24, 'tcp'], ['none', null, 'none'], ['unknown', null, 'unknown']] as const)('%s in %s ms is %s', (path, rttMs, word) => {
    expect(networkWord({ path, rttMs })).toBe(word);
  });
});

describe('who is inside', () => {
  it.each([
    [{ exists: false }, 'nobody'], [{ exists: true, participantCount: 3 }, 'inside'], [{ exists: true, participantCount: null }, 'nobody'],
    [{ exists: true, locked: true, participantCount: 3 }, 'locked'], [{ exists: true, full: true, participantCount: 3 }, 'full'],
  ] as const)('%o is %s', (facts, key) => expect(insideWord(facts).key).toBe(key));

  const reply = (status: number, type: string, body: string) => async (): Promise<Response> => new Response(body, { status, headers: { 'content-type': type } });
  const signal = new AbortController().signal;
  it('reads the public facts', async () => {
    expect(await readFacts('standup', signal, reply(200, 'application/json', '{"exists":true,"participantCount":2}'))).toMatchObject({ participantCount: 2 });
  });
  it('does without them', async () => {
    expect(await readFacts('x', signal, reply(404, 'application/problem+json', '{}'))).toBeNull();
    expect(await readFacts('x', signal, reply(200, 'text/html', '<p>'))).toBeNull();
    expect(await readFacts('x', signal, () => Promise.reject(new TypeError('offline')))).toBeNull();
  });
});
