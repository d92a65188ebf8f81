import { useEffect, useRef, useState } from 'react';

/** Width to height from which a landscape box may crop the picture a little to be filled. */
const WIDE = 1.5;

/** Shows a track once it has a picture; until then what lies behind (a face, a colour) stays in view instead of black. */
export function Video({ track, className, mirrored = false }: { track: MediaStreamTrack | null; className?: string; mirrored?: boolean }): React.JSX.Element {
  const ref = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState(false);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const look = (): void => {
      setShown(element.videoWidth > 0 && element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
      setWide(element.videoWidth >= element.videoHeight * WIDE);
    };
    setShown(false);
    element.srcObject = track ? new MediaStream([track]) : null;
    const events = ['loadeddata', 'resize', 'playing'] as const;
    for (const event of events) element.addEventListener(event, look);
    return () => {
      for (const event of events) element.removeEventListener(event, look);
      element.srcObject = null;
    };
  }, [track]);
  return <video ref={ref} className={className} data-mirrored={mirrored || undefined} data-empty={!shown || undefined} data-wide={wide || undefined} autoPlay playsInline muted aria-hidden="true" tabIndex={-1} />;
}
