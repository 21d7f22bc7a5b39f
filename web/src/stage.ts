/** The turning figure: a measured skeleton on a pale body, drawn on a canvas at device pixels. */

import type { Drawn, Finding, Recorded } from "./data.js";

type Vec = [number, number, number];
type Spot = { x: number; y: number; z: number; k: number };

const HALF = Math.PI / 2;
// from, to, width at each end in m
const FLESH: [string, string, number, number][] = [
  ["hip", "knee", 0.15, 0.115],
  ["knee", "ankle", 0.108, 0.07],
  ["ankle", "toe", 0.075, 0.06],
  ["shoulder", "elbow", 0.095, 0.075],
  ["elbow", "wrist", 0.07, 0.055],
];

export class Stage {
  yaw: number;
  pitch = 0.16;
  picture = false;
  finding: Finding | null = null;
  private readonly pen: CanvasRenderingContext2D;
  private readonly tones: Record<string, string> = {};
  private readonly font: string;
  private readonly images: HTMLImageElement[] = [];
  private width = 0;
  private height = 0;
  private scale = 1;
  private frame = 0;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly data: Recorded) {
    this.pen = canvas.getContext("2d")!;
    const style = getComputedStyle(document.documentElement);
    for (const name of ["ink", "ink-2", "body", "rule", "left", "right", "right-text", "accent", "axis"]) {
      this.tones[name] = style.getPropertyValue("--" + name).trim();
    }
    this.font = getComputedStyle(document.body).fontFamily;
    this.yaw = data.yaw;
    if (data.flat) this.pitch = 0;
    data.stills?.pictures.forEach((source) => {
      const image = new Image();
      image.onload = () => this.draw(this.frame);
      image.src = source;
      this.images.push(image);
    });
    this.fit();
  }

  /** Measure the canvas again; call when its size changes. */
  fit(): void {
    const box = this.canvas.getBoundingClientRect();
    const dense = Math.max(1, window.devicePixelRatio || 1);
    this.width = box.width;
    this.height = box.height;
    this.canvas.width = Math.round(box.width * dense);
    this.canvas.height = Math.round(box.height * dense);
    this.pen.setTransform(dense, 0, 0, dense, 0, 0);
    const [side, tall, deep] = this.data.size;
    const wide = Math.max(side, deep);
    this.scale = Math.min(this.height / (tall * 1.22 + 0.22 * wide), this.width / (2.25 * wide + 0.25));
  }

  turn(yaw: number, pitch: number): void {
    if (this.data.flat) return;
    this.yaw += yaw;
    this.pitch = Math.max(-0.2, Math.min(1.5, this.pitch + pitch));
    this.picture = false;
  }

  look(view: string): void {
    const views: Record<string, [number, number]> = {
      filmed: [this.data.yaw, 0.16],
      front: [0, 0.08],
      side: [-HALF, 0.05],
      top: [0, 1.35],
    };
    this.picture = view === "picture";
    const [yaw, pitch] = views[view] ?? views["filmed"]!;
    if (this.data.flat) return;
    this.yaw = yaw;
    this.pitch = pitch;
  }

  draw(frame: number): void {
    this.frame = frame;
    if (!this.width) this.fit();
    this.pen.clearRect(0, 0, this.width, this.height);
    if (this.picture && this.data.stills) return this.drawPicture(frame);
    const spots = this.data.joints.map((_, i) => this.project(this.data.joint(frame, i)));
    if (!this.data.flat) this.floor();
    this.flesh(frame, spots);
    this.bones(frame, spots);
    this.names(spots);
    if (this.finding) for (const angle of this.finding.angles) this.angle(frame, angle);
  }

  private project(p: Vec): Spot {
    const cy = Math.cos(this.yaw), sy = Math.sin(this.yaw), cp = Math.cos(this.pitch), sp = Math.sin(this.pitch);
    const middle = this.data.size[1] * 0.5;
    const x = cy * p[0] - sy * p[2];
    const deep = sy * p[0] + cy * p[2];
    const y = cp * (p[1] - middle) - sp * deep;
    const z = sp * (p[1] - middle) + cp * deep;
    const k = this.data.flat ? 1 : 5 / (5 - Math.min(z, 3));
    return { x: this.width / 2 + x * this.scale * k, y: this.height * 0.52 - y * this.scale * k, z, k };
  }

  private line(a: { x: number; y: number }, b: { x: number; y: number }, width: number, colour: string, dash: number[] = []): void {
    const pen = this.pen;
    pen.beginPath();
    pen.setLineDash(dash);
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.moveTo(a.x, a.y);
    pen.lineTo(b.x, b.y);
    pen.stroke();
    pen.setLineDash([]);
  }

  private floor(): void {
    const reach = Math.ceil(Math.max(this.data.size[0], this.data.size[2], 0.5) / 0.25) * 0.25;
    const step = reach > 1.5 ? 0.5 : 0.25;
    for (let v = -reach; v <= reach + 1e-6; v += step) {
      this.line(this.project([v, 0, -reach]), this.project([v, 0, reach]), 1, this.tones["rule"]!);
      this.line(this.project([-reach, 0, v]), this.project([reach, 0, v]), 1, this.tones["rule"]!);
    }
    const at = this.project([0, 0, reach + 0.14]);
    this.pen.font = `12px ${this.font}`;
    this.pen.fillStyle = this.tones["ink-2"]!;
    this.pen.textAlign = "center";
    this.pen.textBaseline = "middle";
    const x = Math.min(Math.max(at.x, 18), this.width - 18);
    if (at.y < this.height - 6) this.pen.fillText("front", x, at.y);
  }

  private spot(spots: Spot[], joint: string): Spot | null {
    const i = this.data.joints.indexOf(joint);
    return i < 0 ? null : spots[i]!;
  }

  private taper(a: Spot, b: Spot, wide: number, narrow: number, colour: string): void {
    const pen = this.pen;
    const dx = b.x - a.x, dy = b.y - a.y, length = Math.hypot(dx, dy) || 1;
    const ra = (wide / 2) * this.scale * a.k, rb = (narrow / 2) * this.scale * b.k;
    const nx = -dy / length, ny = dx / length;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(a.x + nx * ra, a.y + ny * ra);
    pen.lineTo(b.x + nx * rb, b.y + ny * rb);
    pen.lineTo(b.x - nx * rb, b.y - ny * rb);
    pen.lineTo(a.x - nx * ra, a.y - ny * ra);
    pen.fill();
    for (const [c, r] of [[a, ra], [b, rb]] as [Spot, number][]) {
      pen.beginPath();
      pen.arc(c.x, c.y, r, 0, 7);
      pen.fill();
    }
  }

  private flesh(frame: number, spots: Spot[]): void {
    const pale = "#f3f6f5", body = this.tones["body"]!;
    for (const side of ["left", "right"]) {
      for (const [from, to, wide, narrow] of FLESH) {
        const a = this.spot(spots, `${from}_${side}`), b = this.spot(spots, `${to}_${side}`);
        if (a && b) this.taper(a, b, wide, narrow, this.data.unseen(frame, `${to}_${side}`) ? pale : body);
      }
    }
    const corners = ["shoulder_left", "shoulder_right", "hip_right", "hip_left"]
      .map((j) => this.spot(spots, j)).filter((s): s is Spot => s !== null);
    const pen = this.pen;
    if (corners.length > 2) {
      pen.fillStyle = pen.strokeStyle = body;
      pen.lineJoin = "round";
      pen.lineWidth = 0.13 * this.scale;
      pen.beginPath();
      corners.forEach((c, i) => (i ? pen.lineTo(c.x, c.y) : pen.moveTo(c.x, c.y)));
      pen.closePath();
      pen.fill();
      pen.stroke();
    }
    const head = this.spot(spots, "head"), neck = this.spot(spots, "neck") ?? this.spot(spots, "chest");
    if (head && neck) this.taper(neck, head, 0.1, 0.1, body);
    if (head) {
      pen.beginPath();
      pen.ellipse(head.x, head.y, 0.085 * this.scale * head.k, 0.11 * this.scale * head.k, 0, 0, 7);
      pen.fill();
    }
  }

  private colour(joint: string): string {
    return this.tones[joint.endsWith("_left") ? "left" : joint.endsWith("_right") ? "right" : "ink"]!;
  }

  private bones(frame: number, spots: Spot[]): void {
    const data = this.data, axis = this.tones["axis"]!;
    const order = data.bones.slice().sort((m, n) => spots[m[0]]!.z + spots[m[1]]!.z - spots[n[0]]!.z - spots[n[1]]!.z);
    for (const [a, b] of order) {
      const gone = data.unseen(frame, a) || data.unseen(frame, b);
      const dash = gone ? [3, 4] : data.joints[b]!.endsWith("_right") ? [7, 3] : [];
      this.line(spots[a]!, spots[b]!, 2.5, gone ? axis : this.colour(data.joints[b]!), dash);
    }
    data.joints.forEach((joint, i) => {
      if (!joint.includes("_")) return;
      const tone = data.unseen(frame, i) ? axis : this.colour(joint), s = spots[i]!;
      this.pen.beginPath();
      this.pen.arc(s.x, s.y, 3.5, 0, 7);
      this.pen.fillStyle = joint.endsWith("_right") ? "#fff" : tone;
      this.pen.fill();
      this.pen.lineWidth = 2;
      this.pen.strokeStyle = tone;
      this.pen.stroke();
    });
  }

  /** L and R beyond the hands; one above the other where they would meet. */
  private names(spots: Spot[]): void {
    const tags: { text: string; x: number; y: number; tone: string }[] = [];
    for (const [side, text, tone] of [["left", "L", "left"], ["right", "R", "right-text"]] as const) {
      const wrist = this.spot(spots, "wrist_" + side), elbow = this.spot(spots, "elbow_" + side);
      if (!wrist || !elbow) continue;
      const dx = wrist.x - elbow.x, dy = wrist.y - elbow.y, length = Math.hypot(dx, dy) || 1;
      const far = length > 12;
      tags.push({ text, x: wrist.x + (far ? (dx / length) * 16 : 0), y: wrist.y + (far ? (dy / length) * 16 : 18), tone: this.tones[tone]! });
    }
    const [l, r] = tags;
    if (l && r && Math.abs(l.x - r.x) < 28 && Math.abs(l.y - r.y) < 16) {
      l.x = r.x = Math.max(l.x, r.x);
      const y = (l.y + r.y) / 2;
      l.y = y - 9;
      r.y = y + 9;
    }
    this.pen.font = `600 13px ${this.font}`;
    this.pen.textAlign = "center";
    this.pen.textBaseline = "middle";
    for (const tag of tags) {
      this.pen.fillStyle = tag.tone;
      this.pen.fillText(tag.text, tag.x, tag.y);
    }
  }

  /** The finding's angle in space: zero dashed, an arc in the plane of both, its value now. */
  private angle(frame: number, drawn: Drawn): void {
    const data = this.data, needed = [drawn.vertex, ...drawn.moving, ...(drawn.zero === "up" ? [] : drawn.zero)];
    const value = data.angles[drawn.name];
    if (!value || value.missing[frame] || needed.some((j) => !data.has(j) || data.unseen(frame, j))) return;
    const at = (j: string) => data.joint(frame, j);
    const zero = drawn.zero === "up" ? ([0, 1, 0] as Vec) : unit(at(drawn.zero[0]), at(drawn.zero[1]));
    const moving = unit(at(drawn.moving[0]), at(drawn.moving[1]));
    const many = this.finding!.angles.length > 1;
    const side = drawn.name.endsWith("_left") ? "left" : drawn.name.endsWith("_right") ? "right" : "";
    const tone = this.tones[many && side ? side : "accent"]!;
    const o = at(drawn.vertex), radius = many && side === "right" ? 0.18 : 0.26;
    this.line(this.project(at(drawn.moving[0])), this.project(at(drawn.moving[1])), 3, tone);
    const flat = dot(zero, moving), shown = Math.acos(Math.max(-1, Math.min(1, flat)));
    // Seen otherwise than it was measured (a plane, a picture), an arc would show a wrong value.
    if (Math.abs((shown * 180) / Math.PI - Math.abs(value.values[frame]!)) > 12) return;
    this.line(this.project(o), this.project(along(o, zero, radius + 0.08)), 1.25, this.tones["ink-2"]!, [2, 3]);
    const spread = shown;
    const across = moving.map((m, i) => m - flat * zero[i]!) as Vec, size = Math.hypot(...across) || 1;
    const on = (turn: number, r: number): Vec =>
      [0, 1, 2].map((i) => o[i]! + r * (Math.cos(turn) * zero[i]! + (Math.sin(turn) * across[i]!) / size)) as Vec;
    this.pen.beginPath();
    this.pen.lineWidth = 2;
    this.pen.strokeStyle = tone;
    for (let i = 0; i <= 24; i++) {
      const p = this.project(on((spread * i) / 24, radius));
      if (i) this.pen.lineTo(p.x, p.y);
      else this.pen.moveTo(p.x, p.y);
    }
    this.pen.stroke();
    const text = `${many && side ? side[0]!.toUpperCase() + " " : ""}${degrees(value.values[frame]!)}`;
    const spot = this.project(on(many ? 0 : spread / 2, radius + 0.13));
    this.word(text, spot.x, spot.y + (many && side === "right" ? 17 : 0), many && side === "right" ? this.tones["right-text"]! : tone);
  }

  private word(text: string, x: number, y: number, tone: string): void {
    const pen = this.pen;
    pen.font = `600 15px ${this.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 4;
    pen.lineJoin = "round";
    pen.strokeStyle = "#fff";
    pen.strokeText(text, x, y);
    pen.fillStyle = tone;
    pen.fillText(text, x, y);
  }

  /** The nearest still with the points that were found in it. */
  private drawPicture(frame: number): void {
    const stills = this.data.stills!, time = this.data.time(frame);
    let i = 0;
    while (i + 1 < stills.time.length && Math.abs(stills.time[i + 1]! - time) <= Math.abs(stills.time[i]! - time)) i++;
    const grow = Math.min(this.width / stills.width, this.height / stills.height);
    const x = (this.width - stills.width * grow) / 2, y = (this.height - stills.height * grow) / 2;
    const image = this.images[i];
    if (image && image.complete && image.naturalWidth) this.pen.drawImage(image, x, y, stills.width * grow, stills.height * grow);
    const spots = this.data.joints.map((_, j) => ({
      x: x + stills.points[2 * j]!.values[i]! * grow,
      y: y + stills.points[2 * j + 1]!.values[i]! * grow,
      gone: stills.points[2 * j]!.missing[i] === 1,
    }));
    for (const [a, b] of this.data.bones) {
      if (spots[a]!.gone || spots[b]!.gone) continue;
      this.line(spots[a]!, spots[b]!, 4, "rgba(255,255,255,.7)");
      this.line(spots[a]!, spots[b]!, 2, this.colour(this.data.joints[b]!), this.data.joints[b]!.endsWith("_right") ? [7, 3] : []);
    }
  }
}

export function degrees(value: number): string {
  return String(Math.round(value)).replace("-0", "0").replace(/^-/, "\u2212") + "\u00b0";
}

function dot(a: Vec, b: Vec): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function unit(a: Vec, b: Vec): Vec {
  const d = [b[0] - a[0], b[1] - a[1], b[2] - a[2]] as Vec, length = Math.hypot(...d) || 1;
  return d.map((v) => v / length) as Vec;
}

function along(o: Vec, direction: Vec, r: number): Vec {
  return [o[0] + r * direction[0], o[1] + r * direction[1], o[2] + r * direction[2]];
}
