/** How long ago the demo's story begins. */
export const demoPastMs = 60 * 86_400_000;

export const demoPassword = 'a-demo-password';
export const demoOperatorEmail = 'operator@marketplace.example.test';

export interface DemoCredential {
  readonly who: string;
  readonly email: string;
  readonly password: string;
}

/** Who can log in to a demo marketplace. The passwords are public: never seed a real one. */
export const demoCredentials: readonly DemoCredential[] = [
  { who: 'operator', email: demoOperatorEmail, password: demoPassword },
  { who: 'vendor Kiln & Co', email: 'hana@kilnandco.example.test', password: demoPassword },
  { who: 'shopper', email: 'margot@shoppers.example.test', password: demoPassword },
];
