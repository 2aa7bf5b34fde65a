import type { IntOrString, KubernetesObject, LabelSelector } from './meta.ts';

export interface ServicePort {
  readonly name?: string | undefined;
  readonly port: number;
  readonly targetPort?: IntOrString | undefined;
  readonly nodePort?: number | undefined;
  readonly protocol?: string | undefined;
  readonly appProtocol?: string | undefined;
}

export interface Service extends KubernetesObject {
  readonly spec: {
    readonly type?: string | undefined;
    readonly clusterIP?: string | undefined;
    readonly externalName?: string | undefined;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean | undefined;
    readonly externalTrafficPolicy?: string | undefined;
    readonly internalTrafficPolicy?: string | undefined;
  };
}

/** The endpoints of one Service, from its EndpointSlices, or from Endpoints where there are no slices. Named after the Service. */
export interface Endpoints extends KubernetesObject {
  readonly addresses: readonly { readonly ip: string; readonly ready: boolean; readonly nodeName?: string | undefined; readonly pod?: string | undefined }[];
  readonly ports: readonly { readonly name?: string | undefined; readonly port?: number | undefined; readonly protocol?: string | undefined }[];
}

export interface IngressBackend {
  readonly serviceName?: string | undefined;
  readonly servicePort?: IntOrString | undefined;
}

export interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly ingressClassName?: string | undefined;
    readonly defaultBackend?: IngressBackend | undefined;
    readonly tls: readonly { readonly hosts: readonly string[]; readonly secretName?: string | undefined }[];
    readonly rules: readonly {
      readonly host?: string | undefined;
      readonly paths: readonly { readonly path?: string | undefined; readonly pathType?: string | undefined; readonly backend: IngressBackend }[];
    }[];
  };
  readonly status: { readonly loadBalancer: readonly { readonly ip?: string | undefined; readonly hostname?: string | undefined }[] };
}

export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector | undefined;
  readonly namespaceSelector?: LabelSelector | undefined;
  readonly ipBlock?: { readonly cidr: string; readonly except: readonly string[] } | undefined;
}

export interface NetworkPolicyRule {
  readonly ports: readonly { readonly port?: IntOrString | undefined; readonly endPort?: number | undefined; readonly protocol?: string | undefined }[];
  /** Empty: everybody. */
  readonly peers: readonly NetworkPolicyPeer[];
}

export interface NetworkPolicy extends KubernetesObject {
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes: readonly string[];
    readonly ingress: readonly NetworkPolicyRule[];
    readonly egress: readonly NetworkPolicyRule[];
  };
}
