/** Ids of registered operations, put in by the build. */
declare const __RELEASES__: string;
declare const __RELEASE_STORY__: string;
declare module '*.css';
