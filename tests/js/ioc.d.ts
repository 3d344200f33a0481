// What the scripts of assets/ share, for tsc --checkJs: nothing of it reaches a browser.

// ---- what the server says: view-models of present/cards.py, messages of live/ (docs/live.md) ----

/** A KPI's card; the public's has fewer fields and a headline. tests/present/test_wire.py compares them with the dataclasses. */
interface CardVM {
  key: string; name?: string; status?: string; word?: string;
  glyph?: string; value: string; unit: string; context: string; coverage: string; stated?: string; as_of_ms: number | null;
  stale_after_s: number; kind?: string; simulated: boolean; source: string; owner?: string; delta?: string; target?: string;
  gap?: string; fill: number | null; mark: number | null; spark?: string; band?: string; breaks?: string; span?: string; range?: string;
  headline?: string; stale?: boolean;
}
interface CellVM { t?: string; as_of_ms?: number; stale_after_s?: number }
interface RowVM { id: string; tone: string; cells: CellVM[]; simulated: boolean; href: string; kpi?: string; who?: string; at?: number[][] }
interface MapLayer { key: string; classes: Record<string, number>; labels: string[]; of?: number; title?: string }

interface Hello { k: 'hello'; release: string; now: number; topics: string[] }
interface Heartbeat { k: 'hb'; now: number }
/** Cards are whole when `full` or new to the page, otherwise what changed of each, with `key` and `place`; layers likewise. */
interface Kpis { k: 'kpis'; seq: number; full: boolean; cards: CardVM[]; gone: string[] }
interface Places { k: 'places'; seq: number; full: boolean; layers: MapLayer[]; gone: string[] }
interface Rows { k: 'rows'; id: string; seq: number; rows: RowVM[] }
interface VehicleNames { k: 'names'; full: boolean; first: number; ids: string[]; of: number[]; fleets: string[] }
interface Maps { k: 'maps'; version: string }
type Message = Hello | Heartbeat | Kpis | Places | Rows | VehicleNames | Maps;

/** A frame of vehicles, columns of one length: at in epoch s, degrees, course in 1/256 of a turn. */
interface Frame {
  full: boolean; seq: number; now: number; n: number; at: Uint32Array; lon: Float64Array; lat: Float64Array;
  slot: Uint16Array; course: Uint8Array; state: Uint8Array;
}

// ---- what scripts offer each other on window.IOC ----

interface Fleet {
  n: number; ids: string[]; of: string[]; until: number; changed: number; size: number;
  lon: Float64Array; lat: Float64Array; fromLon: Float64Array; fromLat: Float64Array; start: Float64Array; span: Float64Array;
  at: Float64Array; gap: Float64Array; course: Float32Array; state: Uint8Array;
  each(now: number, gliding: boolean, visit: (slot: number, lon: number, lat: number, state: number) => void): void;
  still(metres: number): number;
  markers(): Record<string, string>; look(slot: number, state: number, markers: Record<string, string>): { marker: string; turned: number };
}
interface View { center: number[]; zoom: number }
/** What people chose, in this window: `hidden` layers, colouring KPI and when it was chosen, view, colours of streets. */
interface Kept { hidden?: string[]; kpi?: string; chosenAt?: number; view?: View; runs?: string }
interface Panel {
  host: HTMLElement; kpi: string; chosen: string; kept: Kept; marks: { at: number[]; tone: string }[] | null;
  keep(key: keyof Kept, value: unknown): void; moving(): boolean; shows(layer: string): boolean; query(at?: HTMLElement): URLSearchParams;
  colours(): Record<string, number>; choose(code: string): void; say(credits: string, gap: string): void;
}
interface LiveMap {
  software: boolean; losses: number; builds: number; overlay: Overlay; ground: Ground; rate: number; cost: number; shown: number; unit(): number; pixel(): number;
  streets?: Promise<void> | null; drawing?: { host: HTMLElement; parts: Element[] };
}
interface Slot { key: string; well: number | null }

interface Ioc {
  contract: typeof IOC_CONTRACT;
  messages: number; frames: number; redraws: number; reconnects: number; violations: string[]; newest: Record<string, number>;
  clear(spans: number[][], seams: number[], gap: number): number;
  onVehicles?: (ids: string[], at_s: number[]) => void; heardAt: number; connected: boolean; maps?: string;
  frameReader(): (buffer: ArrayBuffer) => Frame; seconds: (() => void)[]; soon(write: () => void): void; written(): void;
  at(path: string): string; now(): number; page(): HTMLElement; tell(name: string, detail?: unknown): void;
  whenever(selector: string, found: (element: HTMLElement) => void): void;
  under(event: Event, selector: string): HTMLElement | null;
  text(element: Element, text: string): void; words(element: Element, text: string): void; reloadWhenServed(): void;
  ageWords(seconds: number): string; ageStage(seconds: number, limit: number): string; ageNow(element: HTMLElement): void; ageAll(): void;
  first: number;
  set(id: string, properties: Record<string, unknown>): void;
  card(key: string): CardVM; putCard(element: HTMLElement): void;
  rows(id: string): RowVM[] | undefined;
  recount(id: string): void;
  focus: string; focusWorst(rows: RowVM[]): RowVM[];
  focusNext(slot: Slot, worst: RowVM[], seen: Record<string, number>, known: boolean, now: number): Slot;
  fleet: Fleet; panel: Panel; map: LiveMap; outline(marker: string, turned: number, grown: number): string;
  camera: {
    look(host: HTMLElement, box: number[], close: boolean): View; within(host: HTMLElement, box: number[]): number[][];
    degrees(host: HTMLElement, view: View, point: number[]): number[];
    pixel(view: View): number;
  };
  collection: { day: string; drawn: number };
  replay: { at: number; playing: boolean; fixes: number; pieces: number };
}
declare const IOC: Ioc;
interface React { createElement(tag: unknown, properties: object, ...children: unknown[]): object }
interface Window { IOC: Ioc; dash_clientside: DashClientside; React: React; ioc: Record<string, (properties: { tree: unknown }) => unknown> }

interface DocumentEventMap {
  'ioc:hello': CustomEvent<Hello>; 'ioc:kpis': CustomEvent<Kpis>; 'ioc:places': CustomEvent<Places>; 'ioc:rows': CustomEvent<Rows>;
  'ioc:names': CustomEvent<VehicleNames>; 'ioc:maps': CustomEvent<Maps>; 'ioc:vehicles': CustomEvent<Frame>;
  'ioc:line': CustomEvent<boolean>; 'ioc:fleet': CustomEvent<boolean>; 'ioc:focus': CustomEvent<string>;
  'ioc:map': CustomEvent<Overlay>; 'ioc:map-panel': CustomEvent<HTMLElement>; 'ioc:no-webgl': CustomEvent<HTMLElement>;
  'ioc:starting': CustomEvent; 'ioc:map-colours': CustomEvent; 'ioc:map-layers': CustomEvent; 'ioc:map-marks': CustomEvent; 'ioc:map-view': CustomEvent<string>; 'ioc:map-chosen': CustomEvent<string>;
}

// ---- what others bring: only what is used of it ----

interface DashClientside { set_props(id: string, props: Record<string, unknown>): void }
declare const dash_clientside: DashClientside;

/** MapLibre's map, as pydeck's bundle makes it. */
interface Ground {
  style: unknown; _fadeDuration: number;
  remove(): void; getCanvas(): HTMLCanvasElement; getContainer(): HTMLElement; setMaxZoom(zoom: number): void; getZoom(): number;
  getCenter(): { lng: number; lat: number }; zoomIn(how: object): void; zoomOut(how: object): void; jumpTo(view: View): void;
  fitBounds(bounds: number[][], how: object): void; setMaxBounds(bounds: number[][]): void; setStyle(style: MapStyle, how: object): void;
  on(name: string, act: (event: { point: unknown }) => void): void; removeControl(control: Overlay): void;
  addImage(name: string, image: ImageData): void; addSource(name: string, source: object): void;
  getSource(name: string): { setData(data: unknown): void }; addLayer(layer: object, before?: string): void;
  getLayer(name: string): object | undefined; setFilter(id: string, filter: unknown): void; setLayoutProperty(id: string, name: string, value: string): void;
  getLayoutProperty(id: string, name: string): string; setPaintProperty(id: string, name: string, value: unknown): void;
  setFeatureState(feature: object, state: object): void; removeFeatureState(feature: object, key?: string): void;
  queryRenderedFeatures(point: unknown, how: object): { properties: Record<string, string> }[];
  dragRotate: { disable(): void }; touchZoomRotate: { disableRotation(): void }; keyboard: { disableRotation(): void };
}
/** deck.gl's overlay; tests/test_private_apis.py holds `_map` and `_deck` to the pinned pydeck. */
interface Overlay {
  _map: Ground;
  _deck: {
    animationLoop: { _cancelAnimationFrame(): void; redraw(time: number): void };
    layerManager?: { getLayers(): { isLoaded: boolean }[] };
  };
  setProps?(props: { layers: unknown[] }): void;
}
interface MapStyle {
  sources: Record<string, { tiles?: string[]; data?: unknown }>;
  layers: { id: string; filter?: unknown; layout?: object }[];
  metadata: { credits: string[]; credits_close: string[]; gap: string; near: number; bands: string[]; zooms: number[] };
}
interface MapSpec { deck: Record<string, unknown>; within: number[]; province: number[]; fleet: number[] }
declare const deck: { IconLayer: new (props: object) => object };
declare function createDeck(how: object): Overlay;

// ---- the browser: elements that a selector finds are HTML or SVG and carry data ----

interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector(selectors: string): HTMLElement | null;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
}
interface Element { closest(selectors: string): HTMLElement | null }
