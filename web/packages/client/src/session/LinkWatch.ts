import { SylkError } from '../errors';
import type { PeerLink } from '../media/PeerLink';
import { PeerStats, toReport, type LinkStats } from '../media/PeerStats';
import { rungFor, type Rung } from '../reconnect/health';
import type { StatsReport } from '../wire/messages';

const STATS_MS = 2000;
const CHECK_MS = 500;
const REPORT_EVERY = 5;
/** A restart that has not helped in this long is tried again. */
const SETTLE_MS = 5000;

export interface LinkWatchPorts {
  link: () => PeerLink | null;
  onStats: (stats: LinkStats) => void;
  report: (report: StatsReport) => void;
  onTrouble: (trouble: { rung: Rung; since: number } | null) => void;
  resume: (withMedia: boolean) => Promise<void>;
  restartIce: () => Promise<void>;
  onGivenUp: (error: SylkError) => void;
}

/** Reads statistics every 2 s, judges the connection, and climbs the reconnect ladder one rung at a time. */
export class LinkWatch {
  readonly #ports: LinkWatchPorts;
  readonly #stats = new PeerStats();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #signalling: 'up' | 'down' = 'up';
  #ice: RTCIceConnectionState = 'new';
  #iceSince = performance.now();
  #pulse = -1;
  #bytesSent = 0;
  /** When something last came in; null while nothing is owed to us. */
  #aliveAt: number | null = null;
  #troubleSince: number | null = null;
  #climbing = false;
  #settledAt = 0;
  #readings = 0;

  constructor(ports: LinkWatchPorts) {
    this.#ports = ports;
    this.#ice = ports.link()?.pc.iceConnectionState ?? 'new';
    this.#timers.push(setInterval(() => void this.#read(), STATS_MS), setInterval(() => this.#check(), CHECK_MS));
  }

  signallingLost(): void {
    this.#signalling = 'down';
    this.#check();
  }

  iceChanged(state: RTCIceConnectionState): void {
    this.#ice = state;
    this.#iceSince = performance.now();
    this.#check();
  }

  mediaLost(): void {
    this.iceChanged('failed');
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #read(): Promise<void> {
    const pc = this.#ports.link()?.pc;
    if (!pc || pc.connectionState === 'closed') return;
    const stats = await this.#stats.read(pc, performance.now());
    // Silence proves nothing in an empty room; but who sends is owed reports, so sending without any answer is a dead path.
    const sending = stats.bytesSent > this.#bytesSent;
    if (stats.pulse !== this.#pulse) this.#aliveAt = stats.at;
    else if (!sending) this.#aliveAt = null;
    this.#pulse = stats.pulse;
    this.#bytesSent = stats.bytesSent;
    this.#ports.onStats(stats);
    if (++this.#readings % REPORT_EVERY === 0) this.#ports.report(toReport(stats));
  }

  #check(): void {
    const now = performance.now();
    const rung = rungFor({
      signalling: this.#signalling,
      ice: this.#ice,
      iceForMs: now - this.#iceSince,
      // Readings are 2 s apart: up to that much of the silence may be ours.
      silentForMs: this.#aliveAt === null || this.#ice === 'checking' ? null : now - this.#aliveAt - STATS_MS,
    });
    this.#tellTrouble(rung, now);
    if (rung === 'none' || this.#climbing || (rung === 'iceRestart' && now - this.#settledAt < SETTLE_MS)) return;
    void this.#climb(rung);
  }

  #tellTrouble(rung: Rung, now: number): void {
    const inTrouble = rung !== 'none' || this.#ice === 'disconnected';
    if (!inTrouble && !this.#climbing) {
      if (this.#troubleSince !== null) this.#ports.onTrouble(null);
      this.#troubleSince = null;
    } else if (this.#troubleSince === null) {
      this.#troubleSince = now;
      this.#ports.onTrouble({ rung, since: now });
    }
  }

  async #climb(rung: Rung): Promise<void> {
    this.#climbing = true;
    try {
      if (rung === 'iceRestart') await this.#ports.restartIce();
      else await this.#ports.resume(rung === 'both');
      this.#signalling = rung === 'iceRestart' ? this.#signalling : 'up';
    } catch (reason) {
      const error = SylkError.from(reason);
      if (rung !== 'iceRestart') this.#ports.onGivenUp(error);
    } finally {
      this.#climbing = false;
      this.#settledAt = performance.now();
    }
  }
}
