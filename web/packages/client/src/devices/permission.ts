/** The seven ways a camera or microphone is not there, each with its own words on the page (B2.1). */
export type DeviceTrouble =
  | 'denied' | 'dismissed' | 'blockedByOs' | 'inUse' | 'notFound' | 'insecureOrigin' | 'blockedByPolicy';

export interface TroubleContext {
  secure: boolean;
  hasApi: boolean;
  /** Whether the frame's permission policy lets the feature through; undefined where it cannot be asked. */
  policyAllows: boolean | undefined;
  /** What the permission says after the failure; undefined where it cannot be asked. */
  permission: PermissionState | undefined;
}

/** Names differ between browsers; the order of these questions is what tells them apart. */
export function classifyTrouble(error: { name: string; message: string }, context: TroubleContext): DeviceTrouble {
  if (!context.secure || !context.hasApi) return 'insecureOrigin';
  if (context.policyAllows === false) return 'blockedByPolicy';
  switch (error.name) {
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'notFound';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'inUse';
    default:
      return refusal(error.message, context.permission);
  }
}

function refusal(message: string, permission: PermissionState | undefined): DeviceTrouble {
  if (/denied by system|system denied|operating system/i.test(message)) return 'blockedByOs';
  if (/dismissed/i.test(message)) return 'dismissed';
  // A refusal that left the permission on "ask" is a closed prompt; one that left it on "granted" came from elsewhere.
  if (permission === 'prompt') return 'dismissed';
  if (permission === 'granted') return 'blockedByOs';
  return 'denied';
}

export async function troubleOf(reason: unknown, kind: 'camera' | 'microphone'): Promise<DeviceTrouble> {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  const policy = (document as { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
  return classifyTrouble(error, {
    secure: globalThis.isSecureContext,
    hasApi: typeof navigator.mediaDevices?.getUserMedia === 'function',
    policyAllows: policy?.allowsFeature(kind),
    permission: await permissionOf(kind),
  });
}

async function permissionOf(kind: 'camera' | 'microphone'): Promise<PermissionState | undefined> {
  try {
    return (await navigator.permissions.query({ name: kind as PermissionName })).state;
  } catch (reason) {
    // Firefox before 132 and Safari before 16 do not know these names and say so with a TypeError.
    if (reason instanceof TypeError || reason instanceof DOMException) return undefined;
    throw reason;
  }
}
