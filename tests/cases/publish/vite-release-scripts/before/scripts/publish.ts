import { publish } from "@vitejs/release-scripts";

publish({ defaultPackage: "a", packageManager: "pnpm" });
