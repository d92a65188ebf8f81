import type { HubFactory } from '@sylk/client';

export const HUB_URL = '/hubs/room';

/** How many people the demo room holds; 0 outside `npm run dev`. */
export function demoPeople(): number {
  const demo = import.meta.env.DEV && new URLSearchParams(location.search).get('demo');
  return demo ? Number(demo) || 6 : 0;
}

/** The real hub, except in `npm run dev` with `?demo=`, where the room lives in the page. */
export async function hubFactory(): Promise<{ hub?: HubFactory }> {
  const people = demoPeople();
  if (import.meta.env.DEV && people) return { hub: (await import('./demo/demoHub')).demoHub(people) };
  return {};
}
