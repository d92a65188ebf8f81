import { useEffect, useState } from 'react';

/** Somebody who signed in with the account of their organisation. */
export interface SignedInPerson {
  name: string;
  /** Proves to the server that it is our page that uses the cookie. */
  csrf: string;
}
export interface SignIn {
  /** This server has it set up (`Auth:Oidc`). */
  offered: boolean;
  person: SignedInPerson | null;
}
const NOBODY: SignIn = { offered: false, person: null };
const PERSON = 'person:';
let asked: Promise<SignIn> | null = null;

export const signInAddress = (back = location.pathname): string => `/api/session/oidc?return=${encodeURIComponent(back)}`;

/** Asked once a visit: a sign-in leads away from the page and back. */
export const readSignIn = (): Promise<SignIn> => (asked ??= ask());

async function ask(): Promise<SignIn> {
  try {
    const config = (await (await fetch('/config.json')).json()) as { features?: { signIn?: boolean } };
    if (!config.features?.signIn) return NOBODY;
    const session = (await (await fetch('/api/v1/session')).json()) as { id: string | null; name: string | null; csrf: string | null };
    return { offered: true, person: session.csrf && session.id?.startsWith(PERSON) ? { name: session.name ?? '', csrf: session.csrf } : null };
  } catch {
    // Offline, or a page without this server: everybody is a guest then.
    return NOBODY;
  }
}

export async function signOut(person: SignedInPerson): Promise<void> {
  await fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-CSRF-Token': person.csrf } });
  asked = null;
}

export function useSignIn(): [SignIn, () => void] {
  const [found, setFound] = useState(NOBODY);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let here = true;
    void readSignIn().then((value) => here && setFound(value));
    return () => { here = false; };
  }, [turn]);
  return [found, () => setTurn((n) => n + 1)];
}
