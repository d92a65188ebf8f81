/** A moving picture without a camera: a soft gradient room with a nodding silhouette, five frames a second. */
export function canvasTrack(seed: number, screen = false): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = screen ? [1280, 720] : [480, 270];
  const paint = canvas.getContext('2d');
  let frame = 0;
  const draw = (): void => {
    frame++;
    if (paint) (screen ? drawSlide : drawPerson)(paint, canvas.width, canvas.height, seed, frame);
  };
  draw();
  setInterval(draw, 200);
  const track = canvas.captureStream(5).getVideoTracks()[0];
  if (!track) throw new Error('This browser cannot capture a canvas');
  return track;
}

function drawPerson(c: CanvasRenderingContext2D, w: number, h: number, seed: number, frame: number): void {
  const hue = (seed * 67) % 360;
  const wall = c.createLinearGradient(0, 0, w, h);
  wall.addColorStop(0, `hsl(${hue} 26% 62%)`);
  wall.addColorStop(1, `hsl(${hue + 40} 30% 32%)`);
  c.fillStyle = wall;
  c.fillRect(0, 0, w, h);
  c.fillStyle = `hsl(${hue + 20} 35% 78% / 60%)`;
  c.fillRect(w * 0.08, h * 0.1, w * 0.2, h * 0.42);
  const sway = Math.sin(frame / 4 + seed) * 4;
  c.fillStyle = `hsl(${hue + 180} 32% 30%)`;
  c.beginPath();
  c.ellipse(w / 2 + sway, h * 1.08, w * 0.24, h * 0.42, 0, 0, 7);
  c.fill();
  c.fillStyle = ['#e8b796', '#c68863', '#8d5a3c', '#f1c9a8', '#a86f4a'][seed % 5] ?? '#e8b796';
  c.beginPath();
  c.ellipse(w / 2 + sway * 1.4, h * 0.46, w * 0.088, h * 0.2, 0, 0, 7);
  c.fill();
  c.fillStyle = ['#2b1d14', '#5a3a22', '#1b1b20', '#8a5a2b', '#3a2a4a'][(seed * 3) % 5] ?? '#2b1d14';
  c.beginPath();
  c.ellipse(w / 2 + sway * 1.4, h * 0.34, w * 0.094, h * 0.13, 0, Math.PI, 0);
  c.fill();
}

function drawSlide(c: CanvasRenderingContext2D, w: number, h: number, _seed: number, frame: number): void {
  c.fillStyle = '#fbfbfd';
  c.fillRect(0, 0, w, h);
  c.fillStyle = '#1c2340';
  c.font = '700 56px sans-serif';
  c.fillText('Quarterly review', 90, 130);
  c.fillStyle = '#5b6480';
  c.font = '28px sans-serif';
  c.fillText('Calls carried per week, thousands', 90, 182);
  [38, 52, 47, 66, 71, 88, 94].forEach((value, i) => {
    c.fillStyle = i === frame % 7 ? '#e0784a' : '#4a5cf0';
    c.fillRect(100 + i * 156, 640 - value * 4.2, 96, value * 4.2);
  });
}
