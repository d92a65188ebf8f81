import { describe, expect, it } from 'vitest';
import { DataLink, type DataMessage } from '../../packages/client/src/media/DataLink';
import { RoomData } from '../../packages/client/src/session/RoomData';

interface FakeChannel { label: string; init: RTCDataChannelInit; readyState: string; bufferedAmount: number; sent: Uint8Array[]; send: (m: Uint8Array) => void; onmessage: (event: { data: string | ArrayBuffer }) => void }
function dataLink(): { link: DataLink; channels: FakeChannel[]; got: DataMessage[] } {
  const channels: FakeChannel[] = [];
  const got: DataMessage[] = [];
  const pc = {
    createDataChannel: (label: string, init: RTCDataChannelInit): FakeChannel => {
      const sent: Uint8Array[] = [];
      const channel = { label, init, readyState: 'connecting', bufferedAmount: 0, sent, send: (m: Uint8Array) => void sent.push(m), onmessage: (): void => undefined };
      channels.push(channel);
      return channel;
    },
  };
  return { link: new DataLink(pc as unknown as RTCPeerConnection, (m) => got.push(m)), channels, got };
}
const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;
const read = (m: DataMessage | undefined): unknown => m && { ...m, payload: new TextDecoder().decode(m.payload) };

describe('the data channels of a connection', () => {
  it('are the negotiated one, and a lossy one once it is needed', () => {
    const { link, channels } = dataLink();
    expect([channels[0]?.label, channels[0]?.init]).toEqual(['sylk', { negotiated: true, id: 0 }]);
    expect(link.sendLossy('cursor', new Uint8Array([1]))).toBe(false);
    expect(channels.length).toBe(1);
    (channels[0] as FakeChannel).readyState = 'open';
    expect(link.sendLossy('cursor', new Uint8Array([1]))).toBe(false);
    expect(channels[1]?.init).toEqual({ ordered: false, maxRetransmits: 0 });
    (channels[1] as FakeChannel).readyState = 'open';
    expect(link.sendLossy('cursor', new Uint8Array([1]))).toBe(true);
    expect(new TextDecoder().decode(channels[1]?.sent[0])).toBe('{"topic":"cursor"}\n\x01');
    (channels[1] as FakeChannel).bufferedAmount = 300_000;
    expect([link.sendLossy('cursor', new Uint8Array([2])), channels[1]?.sent.length, channels.length]).toEqual([true, 1, 2]);
  });
  it('tell who sent a message, and its topic when it has one', () => {
    const { channels, got } = dataLink();
    const hear = (data: string | ArrayBuffer): void => channels[0]?.onmessage({ data });
    hear(bytes('{"from":"pt_1"}\n{"topic":"cursor"}\nx\ny'));
    hear('{"from":"pt_2"}\nplain');
    hear(bytes('{"from":"pt_3"}\n{"no":"topic"}\nz'));
    expect(got.map(read)).toEqual([
      { from: 'pt_1', topic: 'cursor', payload: 'x\ny' },
      { from: 'pt_2', topic: '', payload: 'plain' },
      { from: 'pt_3', topic: '', payload: '{"no":"topic"}\nz' },
    ]);
  });
  it('ignore what has no sender', () => {
    const { channels, got } = dataLink();
    for (const data of ['', '\n', 'x\ny', '{"from":7}\nx', 'null\nx', '{"from"\nx']) channels[0]?.onmessage({ data });
    expect(got).toEqual([]);
  });
});

describe('messages of applications', () => {
  function roomData(open: boolean): { data: RoomData; lossy: string[]; asked: object[] } {
    const lossy: string[] = [];
    const asked: object[] = [];
    const data = new RoomData({
      sendLossy: (topic) => open && lossy.push(topic) > 0,
      sendData: async (request) => void asked.push(request),
    });
    return { data, lossy, asked };
  }
  it('go over the channel when they are lossy and for all, else through the hub', async () => {
    const { data, lossy, asked } = roomData(true);
    await data.send('a', 'x');
    await data.send('b', new Uint8Array([1, 2, 255]), { reliable: true });
    await data.send('c', '', { to: ['pt_1'] });
    expect(lossy).toEqual(['a']);
    expect(asked).toEqual([{ topic: 'b', payload: 'AQL/', reliable: true }, { topic: 'c', payload: '', reliable: false, to: ['pt_1'] }]);
  });
  it('find the hub when no channel is open', async () => {
    const { data, asked } = roomData(false);
    await data.send('a', 'x');
    expect(asked).toEqual([{ topic: 'a', payload: 'eA==', reliable: false }]);
  });
  it('are refused beyond 15 KiB', async () => {
    const { data, asked } = roomData(true);
    await data.send('a', new Uint8Array(15 * 1024), { reliable: true });
    await expect(data.send('a', new Uint8Array(15 * 1024 + 1))).rejects.toMatchObject({ code: 'validation_failed' });
    expect(asked.length).toBe(1);
  });
  it('reach every listener until it stops', () => {
    const { data } = roomData(true);
    const got: unknown[] = [];
    const stop = data.subscribe((m) => got.push(read(m)));
    data.deliverEncoded({ topic: 't', payload: 'aGk=', from: 'pt_1' });
    stop();
    data.deliverEncoded({ topic: 't', payload: '', from: 'pt_1' });
    expect(got).toEqual([{ topic: 't', payload: 'hi', from: 'pt_1' }]);
  });
});
