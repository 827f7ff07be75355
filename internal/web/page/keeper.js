// Changes the source of an element and keeps the place, the speed and whether it plays:
// by itself loading begins again, paused and at the first speed.
export class Keeper {
  #media;
  #place;
  #plays = false; // by the last that somebody did: an error makes it pause, too

  constructor(media, start) {
    this.#media = media;
    this.#place = start;
    media.addEventListener("play", () => (this.#plays = true));
    media.addEventListener("pause", () => (this.#plays &&= media.error !== null));
    media.addEventListener("loadedmetadata", () => {
      if (this.#place) media.currentTime = this.#place;
    });
  }

  // change calls what gives the element another source, with the second to begin at.
  change(source) {
    const media = this.#media;
    if (media.readyState > 0) this.#place = media.currentTime; // else the last change is under way
    const plays = !media.paused || (media.error && this.#plays);
    media.defaultPlaybackRate = media.playbackRate; // to which loading goes back
    source(this.#place);
    if (this.#place) media.currentTime = this.#place; // or a moment of the beginning is played
    if (plays) media.play().catch(() => {}); // of a source that is changed again, too
  }
}
