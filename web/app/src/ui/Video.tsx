import { useEffect, useRef } from 'react';

export function Video({ track, className, mirrored = false }: { track: MediaStreamTrack | null; className?: string; mirrored?: boolean }): React.JSX.Element {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    element.srcObject = track ? new MediaStream([track]) : null;
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return <video ref={ref} className={className} data-mirrored={mirrored || undefined} autoPlay playsInline muted aria-hidden="true" tabIndex={-1} />;
}
