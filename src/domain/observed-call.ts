/** Two programs of which one was seen calling the other: by a service mesh, or in traces. */
export interface ObservedCall {
  readonly client: CallParty;
  readonly server: CallParty;
}

export interface CallParty {
  /** A workload as the mesh knows it, or a service as its traces call it. */
  readonly name: string;
  /** Undefined: traces mostly do not tell. */
  readonly namespace: string | undefined;
}
