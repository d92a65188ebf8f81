import { describe, expect, it } from 'vitest';
import type { Captured } from '../../packages/client/src/devices/capture';
import { DevicePreview, type PreviewKind } from '../../packages/client/src/devices/DevicePreview';

interface FakeTrack { id: string; stopped: boolean; stop: () => void }
const fakeTrack = (id: string): FakeTrack => ({ id, stopped: false, stop() { this.stopped = true; } });

/** A browser whose answers the test gives by hand, in the order it likes. */
function browser(): { preview: DevicePreview; asked: { kind: PreviewKind; id: string | undefined; grant: (t: FakeTrack) => void; refuse: () => void }[] } {
  const asked: ReturnType<typeof browser>['asked'] = [];
  const preview = new DevicePreview({ camera: true, microphone: true }, { camera: '', microphone: 'usb' }, (kind, id) => new Promise<Captured>((answer) => {
    asked.push({ kind, id, grant: (t) => answer({ ok: true, track: t as unknown as MediaStreamTrack }), refuse: () => answer({ ok: false, trouble: 'denied' }) });
  }));
  return { preview, asked };
}
const turn = (): Promise<void> => new Promise((r) => setImmediate(r));

describe('joining before the devices are there', () => {
  it('waits for every open question and then hands over both tracks', async () => {
    const { preview, asked } = browser();
    preview.start();
    let ready = false;
    const waiting = preview.settled().then(() => (ready = true));
    asked[0]?.grant(fakeTrack('mic'));
    await turn();
    expect([ready, preview.store.snapshot.opening]).toEqual([false, { microphone: false, camera: true }]);
    asked[1]?.grant(fakeTrack('cam'));
    await waiting;
    expect(preview.handOver()).toMatchObject({ microphone: { id: 'mic', stopped: false }, camera: { id: 'cam', stopped: false } });
  });
  it('waits also for a question that came up while it waited', async () => {
    const { preview, asked } = browser();
    preview.start();
    let ready = false;
    const waiting = preview.settled().then(() => (ready = true));
    preview.choose('camera', 'hd');
    asked[0]?.grant(fakeTrack('mic'));
    asked[1]?.grant(fakeTrack('old'));
    await turn();
    expect(ready).toBe(false);
    asked[2]?.grant(fakeTrack('hd'));
    await waiting;
    expect(preview.handOver().camera).toMatchObject({ id: 'hd' });
  });
  it('does not wait when nothing is open', async () => {
    const { preview } = browser();
    await preview.settled();
    expect(preview.handOver()).toEqual({ camera: null, microphone: null });
  });
  it('does not wait for a device that was turned off meanwhile', async () => {
    const { preview, asked } = browser();
    preview.start();
    const waiting = preview.settled();
    asked[0]?.grant(fakeTrack('mic'));
    preview.toggle('camera');
    await waiting;
    expect(preview.handOver()).toMatchObject({ microphone: { id: 'mic' }, camera: null });
  });
  it('a refusal ends the waiting and names its cause', async () => {
    const { preview, asked } = browser();
    preview.start();
    asked[0]?.grant(fakeTrack('mic'));
    asked[1]?.refuse();
    await preview.settled();
    expect([preview.store.snapshot.trouble, preview.handOver().camera]).toEqual([{ camera: 'denied', microphone: null }, null]);
  });
  it('leaving without devices switches off whatever arrives later', async () => {
    const { preview, asked } = browser();
    const [mic, cam] = [fakeTrack('mic'), fakeTrack('cam')];
    preview.start();
    asked[0]?.grant(mic);
    await turn();
    preview.close();
    asked[1]?.grant(cam);
    await turn();
    expect([mic.stopped, cam.stopped, preview.store.snapshot.tracks]).toEqual([true, true, { camera: null, microphone: null }]);
  });
});

describe('trying devices', () => {
  it('only the newest question counts, in whatever order the answers come', async () => {
    const { preview, asked } = browser();
    const [first, second] = [fakeTrack('first'), fakeTrack('second')];
    void preview.open('camera');
    preview.choose('camera', 'hd');
    asked[1]?.grant(second);
    await turn();
    asked[0]?.grant(first);
    await turn();
    expect([asked[1]?.id, first.stopped, second.stopped, preview.store.snapshot.tracks.camera]).toEqual(['hd', true, false, second]);
  });
  it('a camera turned off while it wakes stays off', async () => {
    const { preview, asked } = browser();
    const late = fakeTrack('late');
    preview.start();
    expect(preview.toggle('camera')).toBe(false);
    asked[1]?.grant(late);
    await turn();
    expect([late.stopped, preview.store.snapshot.tracks.camera, preview.store.snapshot.opening.camera]).toEqual([true, null, false]);
  });
  it('turning on a refused device asks again', async () => {
    const { preview, asked } = browser();
    void preview.open('camera');
    asked[0]?.refuse();
    await turn();
    expect(preview.toggle('camera')).toBe(true);
    asked[1]?.grant(fakeTrack('cam'));
    await turn();
    expect(preview.store.snapshot).toMatchObject({ trouble: { camera: null }, tracks: { camera: { id: 'cam' } } });
  });
  it('a muted microphone stays open', async () => {
    const { preview, asked } = browser();
    const mic = fakeTrack('mic');
    preview.start();
    asked[0]?.grant(mic);
    await turn();
    preview.toggle('microphone');
    expect([mic.stopped, preview.store.snapshot.tracks.microphone]).toEqual([false, mic]);
  });
});
