// Things with deriveds that outlive the component that made them: an answer goes on leaving after its thread was closed.
// Svelte freezes a derived when the effect it was made in is gone; these belong to nobody's effect and go with their last
// reader.
export function lasting<Made>(make: () => Made): Made {
  let made: Made | undefined;
  $effect.root(() => void (made = make()));
  return made as Made;
}
