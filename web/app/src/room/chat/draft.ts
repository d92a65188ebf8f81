/** What the line below the messages is for: a new message, an answer, or other words for one's own. */
export interface Draft {
  replyTo: string | null;
  edits: string | null;
}
export interface DraftVerbs {
  reply: (id: string) => void;
  edit: (id: string) => void;
  end: () => void;
}
export const NEW: Draft = { replyTo: null, edits: null };
