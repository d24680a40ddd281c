export { createNotificationService, notificationService } from './service.ts';
