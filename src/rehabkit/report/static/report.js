/* Built from web/src by `npm run build` (source 950571ee69d37b2800313f988f96fb41d5dbeb8be6547a17faeb976384fb9e9a); do not edit. */
"use strict";
(() => {
  // src/data.ts
  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var LARGE = 1 << 17;
  function decode(text, unit2, n) {
    const values = new Float32Array(n);
    const missing = new Uint8Array(n);
    let level = 0;
    let first = -1;
    for (let i = 0, frame = 0; i < text.length && frame < n; frame++) {
      const code = ALPHABET.indexOf(text[i++]);
      if (code === 63) missing[frame] = 1;
      else if (code === 62) {
        let step = 0;
        for (let k = 0; k < 3; k++) step = step * 64 + ALPHABET.indexOf(text[i++]);
        level += step - LARGE;
      } else level += code - 31;
      values[frame] = level * unit2;
      if (first < 0 && !missing[frame]) first = frame;
    }
    if (first > 0) values.fill(values[first], 0, first);
    return { values, missing };
  }
  var Recorded = class {
    constructor(text) {
      this.angles = {};
      this.index = {};
      const d = JSON.parse(text);
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
      this.reps = d.reps.map(([number, start2, end, peak, side]) => ({ number, start: start2, end, peak, side }));
      this.points = d.series.map((s) => decode(s, d.unit, d.n));
      for (const name of Object.keys(d.angles)) this.angles[name] = decode(d.angles[name], 0.5, d.n);
      this.drivers = d.drivers.map((s) => ({ side: s.side, low: s.low, high: s.high, series: decode(s.values, s.unit, d.n) }));
      d.joints.forEach((name, i) => this.index[name] = i);
      this.stills = d.stills && { ...d.stills, points: d.stills.series.map((s) => decode(s, 1, d.stills.time.length)) };
    }
    time(frame) {
      return frame / this.rate;
    }
    frame(time) {
      return Math.max(0, Math.min(this.n - 1, Math.round(time * this.rate)));
    }
    has(joint) {
      return joint in this.index;
    }
    /** Metres to the person's left, up and forward. */
    joint(frame, joint) {
      const i = 3 * (typeof joint === "number" ? joint : this.index[joint]);
      return [this.points[i].values[frame], this.points[i + 1].values[frame], this.points[i + 2].values[frame]];
    }
    unseen(frame, joint) {
      return this.points[3 * (typeof joint === "number" ? joint : this.index[joint])].missing[frame] === 1;
    }
    /** The first frame in which most joints are seen. */
    firstSeen() {
      for (let f = 0; f < this.n; f++) {
        if (this.joints.filter((_, i) => !this.unseen(f, i)).length * 2 > this.joints.length) return f;
      }
      return 0;
    }
    repetition(time) {
      return this.reps.find((r) => time >= r.start && time < r.end) ?? null;
    }
    uncounted(time) {
      return this.partial.some(([start2, end]) => time >= start2 && time < end);
    }
  };

  // src/stage.ts
  var HALF = Math.PI / 2;
  var FLESH = [
    ["hip", "knee", 0.15, 0.115],
    ["knee", "ankle", 0.108, 0.07],
    ["ankle", "toe", 0.075, 0.06],
    ["shoulder", "elbow", 0.095, 0.075],
    ["elbow", "wrist", 0.07, 0.055]
  ];
  var Stage = class {
    constructor(canvas, data) {
      this.canvas = canvas;
      this.data = data;
      this.pitch = 0.16;
      this.picture = false;
      this.finding = null;
      this.tones = {};
      this.images = [];
      this.width = 0;
      this.height = 0;
      this.scale = 1;
      this.frame = 0;
      this.pen = canvas.getContext("2d");
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
    fit() {
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
    turn(yaw, pitch) {
      if (this.data.flat) return;
      this.yaw += yaw;
      this.pitch = Math.max(-0.2, Math.min(1.5, this.pitch + pitch));
      this.picture = false;
    }
    look(view) {
      const views = {
        filmed: [this.data.yaw, 0.16],
        front: [0, 0.08],
        side: [-HALF, 0.05],
        top: [0, 1.35]
      };
      this.picture = view === "picture";
      const [yaw, pitch] = views[view] ?? views["filmed"];
      if (this.data.flat) return;
      this.yaw = yaw;
      this.pitch = pitch;
    }
    draw(frame) {
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
    project(p) {
      const cy = Math.cos(this.yaw), sy = Math.sin(this.yaw), cp = Math.cos(this.pitch), sp = Math.sin(this.pitch);
      const middle = this.data.size[1] * 0.5;
      const x = cy * p[0] - sy * p[2];
      const deep = sy * p[0] + cy * p[2];
      const y = cp * (p[1] - middle) - sp * deep;
      const z = sp * (p[1] - middle) + cp * deep;
      const k = this.data.flat ? 1 : 5 / (5 - Math.min(z, 3));
      return { x: this.width / 2 + x * this.scale * k, y: this.height * 0.52 - y * this.scale * k, z, k };
    }
    line(a, b, width, colour, dash = []) {
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
    floor() {
      const reach = Math.ceil(Math.max(this.data.size[0], this.data.size[2], 0.5) / 0.25) * 0.25;
      const step = reach > 1.5 ? 0.5 : 0.25;
      for (let v = -reach; v <= reach + 1e-6; v += step) {
        this.line(this.project([v, 0, -reach]), this.project([v, 0, reach]), 1, this.tones["rule"]);
        this.line(this.project([-reach, 0, v]), this.project([reach, 0, v]), 1, this.tones["rule"]);
      }
      const at = this.project([0, 0, reach + 0.14]);
      this.pen.font = `12px ${this.font}`;
      this.pen.fillStyle = this.tones["ink-2"];
      this.pen.textAlign = "center";
      this.pen.textBaseline = "middle";
      const x = Math.min(Math.max(at.x, 18), this.width - 18);
      if (at.y < this.height - 6) this.pen.fillText("front", x, at.y);
    }
    spot(spots, joint) {
      const i = this.data.joints.indexOf(joint);
      return i < 0 ? null : spots[i];
    }
    taper(a, b, wide, narrow, colour) {
      const pen = this.pen;
      const dx = b.x - a.x, dy = b.y - a.y, length = Math.hypot(dx, dy) || 1;
      const ra = wide / 2 * this.scale * a.k, rb = narrow / 2 * this.scale * b.k;
      const nx = -dy / length, ny = dx / length;
      pen.fillStyle = colour;
      pen.beginPath();
      pen.moveTo(a.x + nx * ra, a.y + ny * ra);
      pen.lineTo(b.x + nx * rb, b.y + ny * rb);
      pen.lineTo(b.x - nx * rb, b.y - ny * rb);
      pen.lineTo(a.x - nx * ra, a.y - ny * ra);
      pen.fill();
      for (const [c, r] of [[a, ra], [b, rb]]) {
        pen.beginPath();
        pen.arc(c.x, c.y, r, 0, 7);
        pen.fill();
      }
    }
    flesh(frame, spots) {
      const pale = "#f3f6f5", body = this.tones["body"];
      for (const side of ["left", "right"]) {
        for (const [from, to, wide, narrow] of FLESH) {
          const a = this.spot(spots, `${from}_${side}`), b = this.spot(spots, `${to}_${side}`);
          if (a && b) this.taper(a, b, wide, narrow, this.data.unseen(frame, `${to}_${side}`) ? pale : body);
        }
      }
      const corners = ["shoulder_left", "shoulder_right", "hip_right", "hip_left"].map((j) => this.spot(spots, j)).filter((s) => s !== null);
      const pen = this.pen;
      if (corners.length > 2) {
        pen.fillStyle = pen.strokeStyle = body;
        pen.lineJoin = "round";
        pen.lineWidth = 0.13 * this.scale;
        pen.beginPath();
        corners.forEach((c, i) => i ? pen.lineTo(c.x, c.y) : pen.moveTo(c.x, c.y));
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
    colour(joint) {
      return this.tones[joint.endsWith("_left") ? "left" : joint.endsWith("_right") ? "right" : "ink"];
    }
    bones(frame, spots) {
      const data = this.data, axis = this.tones["axis"];
      const order = data.bones.slice().sort((m, n) => spots[m[0]].z + spots[m[1]].z - spots[n[0]].z - spots[n[1]].z);
      for (const [a, b] of order) {
        const gone = data.unseen(frame, a) || data.unseen(frame, b);
        const dash = gone ? [3, 4] : data.joints[b].endsWith("_right") ? [7, 3] : [];
        this.line(spots[a], spots[b], 2.5, gone ? axis : this.colour(data.joints[b]), dash);
      }
      data.joints.forEach((joint, i) => {
        if (!joint.includes("_")) return;
        const tone = data.unseen(frame, i) ? axis : this.colour(joint), s = spots[i];
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
    names(spots) {
      const tags = [];
      for (const [side, text, tone] of [["left", "L", "left"], ["right", "R", "right-text"]]) {
        const wrist = this.spot(spots, "wrist_" + side), elbow = this.spot(spots, "elbow_" + side);
        if (!wrist || !elbow) continue;
        const dx = wrist.x - elbow.x, dy = wrist.y - elbow.y, length = Math.hypot(dx, dy) || 1;
        const far = length > 12;
        tags.push({ text, x: wrist.x + (far ? dx / length * 16 : 0), y: wrist.y + (far ? dy / length * 16 : 18), tone: this.tones[tone] });
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
    angle(frame, drawn) {
      const data = this.data, needed = [drawn.vertex, ...drawn.moving, ...drawn.zero === "up" ? [] : drawn.zero];
      const value = data.angles[drawn.name];
      if (!value || value.missing[frame] || needed.some((j) => !data.has(j) || data.unseen(frame, j))) return;
      const at = (j) => data.joint(frame, j);
      const zero = drawn.zero === "up" ? [0, 1, 0] : unit(at(drawn.zero[0]), at(drawn.zero[1]));
      const moving = unit(at(drawn.moving[0]), at(drawn.moving[1]));
      const many = this.finding.angles.length > 1;
      const side = drawn.name.endsWith("_left") ? "left" : drawn.name.endsWith("_right") ? "right" : "";
      const tone = this.tones[many && side ? side : "accent"];
      const o = at(drawn.vertex), radius = many && side === "right" ? 0.18 : 0.26;
      this.line(this.project(at(drawn.moving[0])), this.project(at(drawn.moving[1])), 3, tone);
      const flat = dot(zero, moving), shown = Math.acos(Math.max(-1, Math.min(1, flat)));
      if (Math.abs(shown * 180 / Math.PI - Math.abs(value.values[frame])) > 12) return;
      this.line(this.project(o), this.project(along(o, zero, radius + 0.08)), 1.25, this.tones["ink-2"], [2, 3]);
      const spread = shown;
      const across = moving.map((m, i) => m - flat * zero[i]), size = Math.hypot(...across) || 1;
      const on = (turn, r) => [0, 1, 2].map((i) => o[i] + r * (Math.cos(turn) * zero[i] + Math.sin(turn) * across[i] / size));
      this.pen.beginPath();
      this.pen.lineWidth = 2;
      this.pen.strokeStyle = tone;
      for (let i = 0; i <= 24; i++) {
        const p = this.project(on(spread * i / 24, radius));
        if (i) this.pen.lineTo(p.x, p.y);
        else this.pen.moveTo(p.x, p.y);
      }
      this.pen.stroke();
      const text = `${many && side ? side[0].toUpperCase() + " " : ""}${degrees(value.values[frame])}`;
      const spot = this.project(on(many ? 0 : spread / 2, radius + 0.13));
      this.word(text, spot.x, spot.y + (many && side === "right" ? 17 : 0), many && side === "right" ? this.tones["right-text"] : tone);
    }
    word(text, x, y, tone) {
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
    drawPicture(frame) {
      const stills = this.data.stills, time = this.data.time(frame);
      let i = 0;
      while (i + 1 < stills.time.length && Math.abs(stills.time[i + 1] - time) <= Math.abs(stills.time[i] - time)) i++;
      const grow = Math.min(this.width / stills.width, this.height / stills.height);
      const x = (this.width - stills.width * grow) / 2, y = (this.height - stills.height * grow) / 2;
      const image = this.images[i];
      if (image && image.complete && image.naturalWidth) this.pen.drawImage(image, x, y, stills.width * grow, stills.height * grow);
      const spots = this.data.joints.map((_, j) => ({
        x: x + stills.points[2 * j].values[i] * grow,
        y: y + stills.points[2 * j + 1].values[i] * grow,
        gone: stills.points[2 * j].missing[i] === 1
      }));
      for (const [a, b] of this.data.bones) {
        if (spots[a].gone || spots[b].gone) continue;
        this.line(spots[a], spots[b], 4, "rgba(255,255,255,.7)");
        this.line(spots[a], spots[b], 2, this.colour(this.data.joints[b]), this.data.joints[b].endsWith("_right") ? [7, 3] : []);
      }
    }
  };
  function degrees(value) {
    return String(Math.round(value)).replace("-0", "0").replace(/^-/, "\u2212") + "\xB0";
  }
  function dot(a, b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
  function unit(a, b) {
    const d = [b[0] - a[0], b[1] - a[1], b[2] - a[2]], length = Math.hypot(...d) || 1;
    return d.map((v) => v / length);
  }
  function along(o, direction, r) {
    return [o[0] + r * direction[0], o[1] + r * direction[1], o[2] + r * direction[2]];
  }

  // src/main.ts
  var find = (selector, root = document) => root.querySelector(selector);
  var all = (selector, root = document) => [...root.querySelectorAll(selector)];
  var Clock = class {
    constructor(data, stage) {
      this.data = data;
      this.stage = stage;
      this.frame = 0;
      this.playing = false;
      this.speed = 1;
      this.last = 0;
      this.shown = null;
      this.scrub = find("#scrub");
      this.head = find("#playhead");
      this.knobs = all(".knob");
      this.now = find("#now");
      this.ticks = all(".tl .axis .lab");
      this.panels = all(".sm[data-angle]").map((e) => ({
        name: e.dataset["angle"],
        low: Number(e.dataset["low"]),
        high: Number(e.dataset["high"]),
        dot: find(".dot", e),
        now: find(".cap i", e)
      }));
      if (this.scrub) this.scrub.max = String(data.n - 1);
    }
    show() {
      const frame = Math.round(this.frame), time = this.data.time(frame), x = 100 * time / Math.max(this.data.length, 1e-6);
      const rep = this.data.repetition(time);
      const phase = rep ? `repetition ${rep.number}` : this.data.uncounted(time) ? "not counted" : "between repetitions";
      this.moveHead(frame, time, x, phase);
      find("b", this.now).textContent = clockTime(time, this.data.length);
      const share = rep ? 100 * (time - rep.start) / (rep.end - rep.start) : 0;
      const rest = this.data.reps.length ? phase : "";
      find("span", this.now).textContent = rep ? `${phase}, ${Math.round(share)}\u2009%` : rest;
      for (const panel of this.panels) this.movePanel(panel, frame, rep ? share : null);
      if (this.shown !== (rep ? rep.number : null)) this.mark(rep ? rep.number : null);
      this.stage.draw(frame);
    }
    moveHead(frame, time, x, phase) {
      if (!this.scrub || !this.head) return;
      const flag = find("i", this.head);
      this.head.style.left = `${x}%`;
      flag.textContent = clockTime(time, this.data.length);
      flag.style.transform = `translateX(-${x < 4 ? 0 : x > 96 ? 100 : 50}%)`;
      for (const tick of this.ticks) {
        const away = Math.abs(parseFloat(tick.style.left) - x) / 100 * this.scrub.clientWidth;
        tick.style.visibility = away < 40 ? "hidden" : "";
      }
      this.data.drivers.forEach((driver, i) => {
        const knob = this.knobs[i];
        if (!knob) return;
        knob.style.display = driver.series.missing[frame] ? "none" : "block";
        knob.style.left = `${x}%`;
        knob.style.bottom = `${100 * (driver.series.values[frame] - driver.low) / (driver.high - driver.low)}%`;
      });
      this.scrub.value = String(frame);
      this.scrub.setAttribute("aria-valuetext", `${time.toFixed(1)} seconds, ${phase}`);
    }
    movePanel(panel, frame, share) {
      const series = this.data.angles[panel.name];
      const gone = !series || series.missing[frame] === 1;
      panel.now.textContent = gone ? "not seen" : `now ${degrees(series.values[frame])}`;
      const off = !gone && (series.values[frame] < panel.low || series.values[frame] > panel.high);
      panel.dot.style.display = gone || off || share === null ? "none" : "";
      if (gone || share === null) return;
      panel.dot.style.left = `${share}%`;
      panel.dot.style.bottom = `${100 * (series.values[frame] - panel.low) / (panel.high - panel.low)}%`;
    }
    mark(number) {
      this.shown = number;
      for (const e of all("[data-rep]")) e.classList.toggle("on", number !== null && Number(e.dataset["rep"]) === number);
    }
    seek(frame) {
      this.frame = Math.max(0, Math.min(this.data.n - 1, frame));
      this.show();
    }
    /** A hand on the clock stops it and takes a finding's angle away. */
    touch(frame) {
      this.play(false);
      this.stage.finding = null;
      this.seek(frame);
    }
    play(on) {
      const button = find("#play");
      this.playing = on;
      this.last = 0;
      find("path", button).setAttribute("d", on ? "M1 0h3.4v12H1zM7.6 0H11v12H7.6z" : "M1.5 0 12 6 1.5 12z");
      find("span", button).textContent = on ? "Pause" : "Play";
      if (!on) return;
      if (this.frame >= this.data.n - 1) this.frame = 0;
      this.stage.finding = null;
      requestAnimationFrame((t) => this.tick(t));
    }
    tick(stamp) {
      if (!this.playing) return;
      if (this.last) this.frame += (stamp - this.last) / 1e3 * this.data.rate * this.speed;
      this.last = stamp;
      if (this.frame >= this.data.n - 1) {
        this.frame = this.data.n - 1;
        this.play(false);
      }
      this.show();
      if (this.playing) requestAnimationFrame((t) => this.tick(t));
    }
    refreshMark() {
      const rep = this.data.repetition(this.data.time(Math.round(this.frame)));
      this.mark(rep ? rep.number : null);
    }
  };
  function clockTime(time, length) {
    if (length < 180) return `${time.toFixed(1)}\u2009s`;
    const whole = Math.floor(time);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}\u2009min`;
  }
  function press(group, chosen) {
    for (const b of all(`${group} button`)) b.setAttribute("aria-pressed", b === chosen ? "true" : "false");
  }
  function bring(canvas) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    find("#recording").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    canvas.focus({ preventScroll: true });
  }
  function start() {
    const source = find("#data"), canvas = find("#figure");
    if (!source || !canvas) return;
    const data = new Recorded(source.textContent ?? "");
    const stage = new Stage(canvas, data);
    const clock = new Clock(data, stage);
    const view = (name) => {
      stage.look(name);
      press("#views", find(`#views [data-view="${name}"]`));
      clock.show();
    };
    const turn = (yaw, pitch) => {
      stage.turn(yaw, pitch);
      press("#views", null);
      clock.show();
    };
    const toFinding = (finding, at) => {
      clock.play(false);
      view(data.flat ? "filmed" : finding.view);
      stage.finding = finding;
      clock.seek(data.frame(at));
    };
    const views = all("#views button");
    for (const b of views) {
      const name = b.dataset["view"];
      b.hidden = name === "picture" ? !data.stills : data.flat && name !== "filmed";
      if (name === "filmed" && !data.known && !data.flat) b.hidden = true;
      b.addEventListener("click", () => view(name));
    }
    if (views.filter((b) => !b.hidden).length < 2) find("#views").hidden = true;
    find("#print")?.addEventListener("click", () => window.print());
    find("#play").addEventListener("click", () => clock.play(!clock.playing));
    const scrub = find("#scrub");
    scrub?.addEventListener("input", () => clock.touch(Number(scrub.value)));
    for (const b of all("#speeds button")) {
      b.addEventListener("click", () => {
        clock.speed = Number(b.dataset["speed"]);
        press("#speeds", b);
      });
    }
    for (const b of all("[data-go]")) {
      b.addEventListener("click", () => {
        clock.touch(data.frame(Number(b.dataset["go"])));
        bring(canvas);
      });
    }
    for (const b of all("[data-finding]")) {
      b.addEventListener("click", () => {
        const finding = data.findings[Number(b.dataset["finding"]) - 1];
        if (!finding) return;
        toFinding(finding, Number(b.dataset["time"] ?? finding.at));
        if (b.classList.contains("jump")) bring(canvas);
      });
    }
    for (const row of all("tr[data-rep]")) {
      row.addEventListener("mouseenter", () => clock.mark(Number(row.dataset["rep"])));
      row.addEventListener("mouseleave", () => clock.refreshMark());
    }
    let drag = null;
    canvas.addEventListener("pointerdown", (e) => {
      drag = [e.clientX, e.clientY];
      canvas.setPointerCapture(e.pointerId);
    });
    canvas.addEventListener("pointermove", (e) => {
      if (!drag) return;
      turn(-(e.clientX - drag[0]) * 0.01, (e.clientY - drag[1]) * 8e-3);
      drag = [e.clientX, e.clientY];
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => drag = null);
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
    const refit = () => {
      stage.fit();
      clock.show();
    };
    window.addEventListener("resize", refit);
    if (window.ResizeObserver) new ResizeObserver(refit).observe(canvas);
    const first = data.findings[0];
    if (data.stills) view("picture");
    else view(data.known || data.flat ? "filmed" : "front");
    if (first) {
      if (!data.stills) toFinding(first, first.at);
      else clock.seek(data.frame(first.at));
    } else clock.seek(data.reps[0] ? data.frame(data.reps[0].peak) : data.firstSeen());
  }
  start();
})();
