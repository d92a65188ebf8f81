import type { Negotiation, NegotiationReply } from '../wire/messages';

export type NegotiationCause = 'join' | 'publish' | 'unpublish' | 'iceRestart' | 'requested';

export interface LinkCounters {
  offers: number;
  byCause: Record<NegotiationCause, number>;
  /** Offers made because other people came, left or published. The design says 0. */
  renegotiationsByOthers: number;
}

/** Sends one offer and brings its answer; `stale` answers are thrown as `negotiation_stale`. */
export type Negotiate = (offer: Negotiation) => Promise<NegotiationReply>;

/** Reasons the server may name when it asks for an offer; anything else is somebody else's doing. */
export function isOwnAffair(reason: string): boolean {
  return /^(node|codec|ice|resume)/i.test(reason);
}
