import type { HubFactory } from '@sylk/client';

export const HUB_URL = '/hubs/room';

/** The real hub, except in `npm run dev` with `?demo=`, where the room lives in the page. */
export async function hubFactory(): Promise<{ hub?: HubFactory }> {
  const demo = new URLSearchParams(location.search).get('demo');
  if (import.meta.env.DEV && demo) return { hub: (await import('./demo/demoHub')).demoHub(Number(demo) || 6) };
  return {};
}
