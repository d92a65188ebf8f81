import { describe, expect, it } from 'vitest';
import { classifyTrouble, type TroubleContext } from '../../packages/client/src/devices/permission';
import { meterReading } from '../../packages/client/src/devices/MicMeter';

const fine: TroubleContext = { secure: true, hasApi: true, policyAllows: true, permission: undefined };
const refused = { name: 'NotAllowedError', message: 'Permission denied' };

describe('B2.1 what is wrong with a device', () => {
  it.each([
    ['denied', refused, { permission: 'denied' }],
    ['denied', { name: 'NotAllowedError', message: 'The request is not allowed' }, {}],
    ['dismissed', { name: 'NotAllowedError', message: 'Permission dismissed' }, { permission: 'prompt' }],
    ['dismissed', refused, { permission: 'prompt' }],
    ['blockedByOs', { name: 'NotAllowedError', message: 'Permission denied by system' }, { permission: 'granted' }],
    ['blockedByOs', refused, { permission: 'granted' }],
    ['inUse', { name: 'NotReadableError', message: 'Could not start video source' }, {}],
    ['inUse', { name: 'AbortError', message: 'Starting videoinput failed' }, {}],
    ['notFound', { name: 'NotFoundError', message: 'Requested device not found' }, {}],
    ['notFound', { name: 'OverconstrainedError', message: '' }, {}],
    ['insecureOrigin', { name: 'TypeError', message: 'undefined' }, { secure: false }],
    ['insecureOrigin', { name: 'TypeError', message: 'undefined' }, { hasApi: false }],
    ['blockedByPolicy', refused, { policyAllows: false }],
  ] as const)('%s: %o %o', (trouble, error, context) => {
    expect(classifyTrouble(error, { ...fine, ...context })).toBe(trouble);
  });
});

describe('the microphone meter', () => {
  const tone = (amplitude: number): Float32Array => Float32Array.from({ length: 1024 }, (_, i) => amplitude * Math.sin(i / 5));
  it('shows nothing for silence and more for more', () => {
    expect(meterReading(new Float32Array(1024)).level).toBe(0);
    expect(meterReading(tone(0.01)).level).toBeLessThan(meterReading(tone(0.1)).level);
  });
  it('says when it clips', () => {
    expect([meterReading(tone(0.5)).clipping, meterReading(tone(1)).clipping]).toEqual([false, true]);
  });
});
