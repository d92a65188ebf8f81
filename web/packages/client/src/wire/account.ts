/** What the account hub says (`/hubs/account`). */

export interface SignInResult {
  address: string;
  displayName: string;
  expiresAt: string;
  /** For guests: the same address again after a lost connection. */
  resumeKey?: string | null;
}

export type AccountMessageState = 'accepted' | 'delivered' | 'displayed' | 'failed';

export interface AccountMessage {
  id: string;
  from: string;
  fromName: string;
  to: string;
  content: string;
  contentType: string;
  /** On messages this account wrote. */
  clientId?: string;
  timestamp: string;
  via: 'web' | 'sip' | 'xmpp' | 'msrp';
  state: AccountMessageState;
}

export interface AccountState {
  id: string;
  state: AccountMessageState;
}

export interface AccountComposing {
  from: string;
  active: boolean;
}

export interface AccountPage {
  messages: AccountMessage[];
  more: boolean;
}
