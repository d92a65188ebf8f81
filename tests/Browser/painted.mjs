// Runs in the page before its scripts: a camera and a screen that are painted, so that people in pictures can be told apart.
export function paintDevices({ seed, title }) {
  const devices = navigator.mediaDevices;
  const real = devices.getUserMedia.bind(devices);

  const person = (c, w, h, frame) => {
    const hue = (seed * 61 + 205) % 360;
    const wall = c.createLinearGradient(0, 0, w, h);
    wall.addColorStop(0, `hsl(${hue} 30% 66%)`);
    wall.addColorStop(1, `hsl(${hue + 35} 34% 34%)`);
    c.fillStyle = wall;
    c.fillRect(0, 0, w, h);
    c.fillStyle = `hsl(${hue + 15} 45% 84% / 55%)`;
    c.fillRect(w * (seed % 2 ? 0.7 : 0.08), h * 0.08, w * 0.2, h * 0.44);
    const sway = Math.sin(frame / 9 + seed * 2) * w * 0.012;
    const [cx, skin, hair] = [w / 2 + sway, ['#e8b796', '#c68863', '#8d5a3c', '#f1c9a8', '#a86f4a', '#6f452d'][seed % 6], ['#2b1d14', '#6a4426', '#17171c', '#a4713a', '#3a2a4a', '#101014'][seed % 6]];
    const ball = (x, y, rx, ry, fill, from = 0, to = 7) => { c.fillStyle = fill; c.beginPath(); c.ellipse(x, y, rx, ry, 0, from, to); c.fill(); };
    ball(cx, h * 1.1, w * 0.23, h * 0.4, `hsl(${hue + 170} 38% 34%)`);
    ball(cx, h * 0.72, w * 0.045, h * 0.12, skin);
    if (seed % 2) ball(cx, h * 0.47, w * 0.115, h * 0.26, hair);
    ball(cx, h * 0.47, w * 0.09, h * 0.2, skin);
    ball(cx, h * 0.38, w * 0.096, h * 0.15, hair, Math.PI, 0);
    for (const side of [-1, 1]) ball(cx + side * w * 0.034, h * 0.46, w * 0.007, frame % 50 < 2 ? 1 : h * 0.014, '#22180f');
    c.strokeStyle = '#7c3b33';
    c.lineWidth = h * 0.012;
    c.beginPath();
    c.arc(cx, h * 0.535, w * 0.026, 0.3, Math.PI - 0.3);
    c.stroke();
  };
  const slide = (c, w, h, frame) => {
    c.fillStyle = '#fbfbfd';
    c.fillRect(0, 0, w, h);
    c.fillStyle = '#1c2340';
    c.font = `700 ${h * 0.08}px sans-serif`;
    c.fillText(title, w * 0.07, h * 0.16);
    c.fillStyle = '#5b6480';
    c.font = `${h * 0.038}px sans-serif`;
    c.fillText('Minutes talked each week, in thousands', w * 0.07, h * 0.235);
    [38, 52, 47, 66, 71, 88, 94].forEach((value, i) => {
      c.fillStyle = i === Math.floor(frame / 15) % 7 ? '#e0784a' : '#4a5cf0';
      c.fillRect(w * (0.08 + i * 0.122), h * (0.92 - value * 0.0062), w * 0.075, h * value * 0.0062);
    });
  };
  const painted = (draw, width, height) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const c = canvas.getContext('2d');
    let frame = 0;
    draw(c, width, height, frame);
    setInterval(() => draw(c, width, height, ++frame), 100);
    return canvas.captureStream(10);
  };
  // Only the second person has a voice: a picture in which everybody speaks looks like none that people see.
  const silence = () => new AudioContext().createMediaStreamDestination().stream;
  devices.getUserMedia = async (wish) => (wish.video && !wish.audio ? painted(person, 960, 540) : seed > 1 ? silence() : real(wish));
  devices.getDisplayMedia = async () => painted(slide, 1280, 720);
}

/** Devices the person has refused. */
export function refuseDevices() {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  navigator.permissions.query = () => Promise.resolve({ state: 'denied' });
}
