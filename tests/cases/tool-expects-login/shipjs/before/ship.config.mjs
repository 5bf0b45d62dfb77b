export default {
  mergeStrategy: { toSameBranch: ["main"] },
};
