import { linkify } from './linkify';

/** Text as it was typed. Addresses in it are links; nothing in it is ever markup. */
export function Linked({ text }: { text: string }): React.JSX.Element {
  return (
    <bdi>
      {linkify(text).map((part, i) => (part.href
        ? <a key={i} href={part.href} target="_blank" rel="noopener noreferrer nofollow" title={part.href}>{part.text}</a>
        : part.text))}
    </bdi>
  );
}
