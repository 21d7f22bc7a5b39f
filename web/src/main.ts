/**
 * One clock for the page: play head, figure, panels, "now" values and table row follow it.
 * Without this script the page reads completely; it adds only the replay.
 */

import { Recorded, type Finding } from "./data.js";
import { Stage, degrees } from "./stage.js";

const find = <T extends Element>(selector: string, root: ParentNode = document) => root.querySelector<T>(selector);
const all = <T extends Element>(selector: string, root: ParentNode = document) => [...root.querySelectorAll<T>(selector)];

interface Panel {
  name: string;
  low: number;
  high: number;
  dot: HTMLElement;
  now: HTMLElement;
}

class Clock {
  frame = 0;
  playing = false;
  speed = 1;
  private last = 0;
  private shown: number | null = null;
  private readonly scrub = find<HTMLInputElement>("#scrub");
  private readonly head = find<HTMLElement>("#playhead");
  private readonly knobs = all<HTMLElement>(".knob");
  private readonly now = find<HTMLElement>("#now")!;
  private readonly ticks = all<HTMLElement>(".tl .axis .lab");
  private readonly panels: Panel[] = all<HTMLElement>(".sm[data-angle]").map((e) => ({
    name: e.dataset["angle"]!,
    low: Number(e.dataset["low"]),
    high: Number(e.dataset["high"]),
    dot: find<HTMLElement>(".dot", e)!,
    now: find<HTMLElement>(".cap i", e)!,
  }));

  constructor(private readonly data: Recorded, private readonly stage: Stage) {
    if (this.scrub) this.scrub.max = String(data.n - 1);
  }

  show(): void {
    const frame = Math.round(this.frame), time = this.data.time(frame), x = (100 * time) / Math.max(this.data.length, 1e-6);
    const rep = this.data.repetition(time);
    const phase = rep ? `repetition ${rep.number}` : this.data.uncounted(time) ? "not counted" : "between repetitions";
    this.moveHead(frame, time, x, phase);
    find<HTMLElement>("b", this.now)!.textContent = clockTime(time, this.data.length);
    const share = rep ? (100 * (time - rep.start)) / (rep.end - rep.start) : 0;
    const rest = this.data.reps.length ? phase : "";
    find<HTMLElement>("span", this.now)!.textContent = rep ? `${phase}, ${Math.round(share)}\u2009%` : rest;
    for (const panel of this.panels) this.movePanel(panel, frame, rep ? share : null);
    if (this.shown !== (rep ? rep.number : null)) this.mark(rep ? rep.number : null);
    this.stage.draw(frame);
  }

  private moveHead(frame: number, time: number, x: number, phase: string): void {
    if (!this.scrub || !this.head) return;
    const flag = find<HTMLElement>("i", this.head)!;
    this.head.style.left = `${x}%`;
    flag.textContent = clockTime(time, this.data.length);
    flag.style.transform = `translateX(-${x < 4 ? 0 : x > 96 ? 100 : 50}%)`;
    for (const tick of this.ticks) {
      const away = (Math.abs(parseFloat(tick.style.left) - x) / 100) * this.scrub.clientWidth;
      tick.style.visibility = away < 40 ? "hidden" : "";
    }
    this.data.drivers.forEach((driver, i) => {
      const knob = this.knobs[i];
      if (!knob) return;
      knob.style.display = driver.series.missing[frame] ? "none" : "block";
      knob.style.left = `${x}%`;
      knob.style.bottom = `${(100 * (driver.series.values[frame]! - driver.low)) / (driver.high - driver.low)}%`;
    });
    this.scrub.value = String(frame);
    this.scrub.setAttribute("aria-valuetext", `${time.toFixed(1)} seconds, ${phase}`);
  }

  private movePanel(panel: Panel, frame: number, share: number | null): void {
    const series = this.data.angles[panel.name];
    const gone = !series || series.missing[frame] === 1;
    panel.now.textContent = gone ? "not seen" : `now ${degrees(series.values[frame]!)}`;
    // A moment beside a gap can lie outside of what the axes were made for.
    const off = !gone && (series.values[frame]! < panel.low || series.values[frame]! > panel.high);
    panel.dot.style.display = gone || off || share === null ? "none" : "";
    if (gone || share === null) return;
    panel.dot.style.left = `${share}%`;
    panel.dot.style.bottom = `${(100 * (series.values[frame]! - panel.low)) / (panel.high - panel.low)}%`;
  }

  mark(number: number | null): void {
    this.shown = number;
    for (const e of all<HTMLElement>("[data-rep]")) e.classList.toggle("on", number !== null && Number(e.dataset["rep"]) === number);
  }

  seek(frame: number): void {
    this.frame = Math.max(0, Math.min(this.data.n - 1, frame));
    this.show();
  }

  /** A hand on the clock stops it and takes a finding's angle away. */
  touch(frame: number): void {
    this.play(false);
    this.stage.finding = null;
    this.seek(frame);
  }

  play(on: boolean): void {
    const button = find<HTMLElement>("#play")!;
    this.playing = on;
    this.last = 0;
    find<SVGPathElement>("path", button)!.setAttribute("d", on ? "M1 0h3.4v12H1zM7.6 0H11v12H7.6z" : "M1.5 0 12 6 1.5 12z");
    find<HTMLElement>("span", button)!.textContent = on ? "Pause" : "Play";
    if (!on) return;
    if (this.frame >= this.data.n - 1) this.frame = 0;
    this.stage.finding = null;
    requestAnimationFrame((t) => this.tick(t));
  }

  private tick(stamp: number): void {
    if (!this.playing) return;
    if (this.last) this.frame += ((stamp - this.last) / 1000) * this.data.rate * this.speed;
    this.last = stamp;
    if (this.frame >= this.data.n - 1) {
      this.frame = this.data.n - 1;
      this.play(false);
    }
    this.show();
    if (this.playing) requestAnimationFrame((t) => this.tick(t));
  }

  refreshMark(): void {
    const rep = this.data.repetition(this.data.time(Math.round(this.frame)));
    this.mark(rep ? rep.number : null);
  }
}

/** As the page writes times: "9.2 s", in long recordings "12:38 min". */
function clockTime(time: number, length: number): string {
  if (length < 180) return `${time.toFixed(1)}\u2009s`;
  const whole = Math.floor(time);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}\u2009min`;
}

function press(group: string, chosen: Element | null): void {
  for (const b of all(`${group} button`)) b.setAttribute("aria-pressed", b === chosen ? "true" : "false");
}

function bring(canvas: HTMLElement): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  find("#recording")!.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  canvas.focus({ preventScroll: true });
}

function start(): void {
  const source = find<HTMLElement>("#data"), canvas = find<HTMLCanvasElement>("#figure");
  if (!source || !canvas) return;
  const data = new Recorded(source.textContent ?? "");
  const stage = new Stage(canvas, data);
  const clock = new Clock(data, stage);

  const view = (name: string): void => {
    stage.look(name);
    press("#views", find(`#views [data-view="${name}"]`));
    clock.show();
  };
  const turn = (yaw: number, pitch: number): void => {
    stage.turn(yaw, pitch);
    press("#views", null);
    clock.show();
  };
  const toFinding = (finding: Finding, at: number): void => {
    clock.play(false);
    view(data.flat ? "filmed" : finding.view);
    stage.finding = finding;
    clock.seek(data.frame(at));
  };

  const views = all<HTMLElement>("#views button");
  for (const b of views) {
    const name = b.dataset["view"]!;
    b.hidden = name === "picture" ? !data.stills : data.flat && name !== "filmed";
    if (name === "filmed" && !data.known && !data.flat) b.hidden = true;
    b.addEventListener("click", () => view(name));
  }
  if (views.filter((b) => !b.hidden).length < 2) find<HTMLElement>("#views")!.hidden = true;

  find("#print")?.addEventListener("click", () => window.print());
  find("#play")!.addEventListener("click", () => clock.play(!clock.playing));
  const scrub = find<HTMLInputElement>("#scrub");
  scrub?.addEventListener("input", () => clock.touch(Number(scrub.value)));
  for (const b of all<HTMLElement>("#speeds button")) {
    b.addEventListener("click", () => {
      clock.speed = Number(b.dataset["speed"]);
      press("#speeds", b);
    });
  }
  for (const b of all<HTMLElement>("[data-go]")) {
    b.addEventListener("click", () => {
      clock.touch(data.frame(Number(b.dataset["go"])));
      bring(canvas);
    });
  }
  for (const b of all<HTMLElement>("[data-finding]")) {
    b.addEventListener("click", () => {
      const finding = data.findings[Number(b.dataset["finding"]) - 1];
      if (!finding) return;
      toFinding(finding, Number(b.dataset["time"] ?? finding.at));
      if (b.classList.contains("jump")) bring(canvas);
    });
  }
  for (const row of all<HTMLElement>("tr[data-rep]")) {
    row.addEventListener("mouseenter", () => clock.mark(Number(row.dataset["rep"])));
    row.addEventListener("mouseleave", () => clock.refreshMark());
  }

  let drag: [number, number] | null = null;
  canvas.addEventListener("pointerdown", (e) => {
    drag = [e.clientX, e.clientY];
    canvas.setPointerCapture(e.pointerId);
  });
  canvas.addEventListener("pointermove", (e) => {
    if (!drag) return;
    turn(-(e.clientX - drag[0]) * 0.01, (e.clientY - drag[1]) * 0.008);
    drag = [e.clientX, e.clientY];
  });
  for (const name of ["pointerup", "pointercancel"] as const) canvas.addEventListener(name, () => (drag = null));

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const onFigure = document.activeElement === canvas, onHead = document.activeElement === scrub;
    if (!onFigure && !onHead) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 }[e.key];
    if (e.key === " ") clock.play(!clock.playing);
    else if (/^[1-9]$/.test(e.key)) {
      const rep = data.reps.find((r) => r.number === Number(e.key));
      if (rep) clock.touch(data.frame(rep.start));
    } else if (onFigure && step) {
      if (e.key === "ArrowLeft" || e.key === "ArrowRight") turn(-step * 0.15, 0);
      else turn(0, step * 0.1);
    } else if (onFigure && (e.key === "," || e.key === ".")) clock.touch(Math.round(clock.frame) + (e.key === "." ? 1 : -1));
    else if (onHead && step) clock.touch(Math.round(clock.frame) + step * (e.shiftKey ? Math.round(data.rate) : 1));
    else return;
    e.preventDefault();
  });

  const refit = (): void => {
    stage.fit();
    clock.show();
  };
  window.addEventListener("resize", refit);
  if (window.ResizeObserver) new ResizeObserver(refit).observe(canvas);

  const first = data.findings[0];
  if (data.stills) view("picture");
  else view(data.known || data.flat ? "filmed" : "front");
  if (first) {
    // The page opens on its first finding; nothing plays by itself.
    if (!data.stills) toFinding(first, first.at);
    else clock.seek(data.frame(first.at));
  } else clock.seek(data.reps[0] ? data.frame(data.reps[0].peak) : data.firstSeen());
}

start();
