export { readTraffic, TrafficFileError } from './read-traffic.ts';
