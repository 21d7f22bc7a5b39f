/** What the page hands to the script, and how its packed series are read. */

export interface Drawn {
  name: string;
  vertex: string;
  zero: [string, string] | "up";
  moving: [string, string];
}

export interface Finding {
  at: number;
  view: string;
  angles: Drawn[];
}

interface Stills {
  time: number[];
  width: number;
  height: number;
  pictures: string[];
  series: string[];
}

interface Driver {
  side: string;
  unit: number;
  low: number;
  high: number;
  values: string;
}

interface Packed {
  n: number;
  rate: number;
  length: number;
  unit: number;
  joints: string[];
  bones: [number, number][];
  flat: boolean;
  yaw: number;
  known: boolean;
  size: [number, number, number];
  series: string[];
  angles: Record<string, string>;
  drivers: Driver[];
  reps: [number, number, number, number, string][];
  partial: [number, number][];
  findings: Finding[];
  stills: Stills | null;
}

export interface Series {
  /** Values; where a value is missing, the last one seen. */
  values: Float32Array;
  missing: Uint8Array;
}

export interface Repetition {
  number: number;
  start: number;
  end: number;
  peak: number;
  side: string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LARGE = 1 << 17;

/** The other half of `encode` in report/page/replay.py. */
export function decode(text: string, unit: number, n: number): Series {
  const values = new Float32Array(n);
  const missing = new Uint8Array(n);
  let level = 0;
  let first = -1;
  for (let i = 0, frame = 0; i < text.length && frame < n; frame++) {
    const code = ALPHABET.indexOf(text[i++]!);
    if (code === 63) missing[frame] = 1;
    else if (code === 62) {
      let step = 0;
      for (let k = 0; k < 3; k++) step = step * 64 + ALPHABET.indexOf(text[i++]!);
      level += step - LARGE;
    } else level += code - 31;
    values[frame] = level * unit;
    if (first < 0 && !missing[frame]) first = frame;
  }
  // Before a joint is first seen it waits where it will appear.
  if (first > 0) values.fill(values[first]!, 0, first);
  return { values, missing };
}

export class Recorded {
  readonly n: number;
  readonly rate: number;
  readonly length: number;
  readonly joints: string[];
  readonly bones: [number, number][];
  readonly flat: boolean;
  readonly yaw: number;
  readonly known: boolean;
  readonly size: [number, number, number];
  readonly reps: Repetition[];
  readonly partial: [number, number][];
  readonly findings: Finding[];
  readonly angles: Record<string, Series> = {};
  readonly drivers: { side: string; low: number; high: number; series: Series }[];
  readonly stills: { time: number[]; width: number; height: number; pictures: string[]; points: Series[] } | null;
  private readonly points: Series[];
  private readonly index: Record<string, number> = {};

  constructor(text: string) {
    const d = JSON.parse(text) as Packed;
    this.n = d.n;
    this.rate = d.rate;
    this.length = d.length;
    this.joints = d.joints;
    this.bones = d.bones;
    this.flat = d.flat;
    this.yaw = d.yaw;
    this.known = d.known;
    this.size = d.size;
    this.partial = d.partial;
    this.findings = d.findings;
    this.reps = d.reps.map(([number, start, end, peak, side]) => ({ number, start, end, peak, side }));
    this.points = d.series.map((s) => decode(s, d.unit, d.n));
    for (const name of Object.keys(d.angles)) this.angles[name] = decode(d.angles[name]!, 0.5, d.n);
    this.drivers = d.drivers.map((s) => ({ side: s.side, low: s.low, high: s.high, series: decode(s.values, s.unit, d.n) }));
    d.joints.forEach((name, i) => (this.index[name] = i));
    this.stills = d.stills && { ...d.stills, points: d.stills.series.map((s) => decode(s, 1, d.stills!.time.length)) };
  }

  time(frame: number): number {
    return frame / this.rate;
  }

  frame(time: number): number {
    return Math.max(0, Math.min(this.n - 1, Math.round(time * this.rate)));
  }

  has(joint: string): boolean {
    return joint in this.index;
  }

  /** Metres to the person's left, up and forward. */
  joint(frame: number, joint: number | string): [number, number, number] {
    const i = 3 * (typeof joint === "number" ? joint : this.index[joint]!);
    return [this.points[i]!.values[frame]!, this.points[i + 1]!.values[frame]!, this.points[i + 2]!.values[frame]!];
  }

  unseen(frame: number, joint: number | string): boolean {
    return this.points[3 * (typeof joint === "number" ? joint : this.index[joint]!)]!.missing[frame] === 1;
  }

  /** The first frame in which most joints are seen. */
  firstSeen(): number {
    for (let f = 0; f < this.n; f++) {
      if (this.joints.filter((_, i) => !this.unseen(f, i)).length * 2 > this.joints.length) return f;
    }
    return 0;
  }

  repetition(time: number): Repetition | null {
    return this.reps.find((r) => time >= r.start && time < r.end) ?? null;
  }

  uncounted(time: number): boolean {
    return this.partial.some(([start, end]) => time >= start && time < end);
  }
}
