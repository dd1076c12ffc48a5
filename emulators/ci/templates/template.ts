import { formatTime } from '../format-time.ts';
import { type Animation, animationTree } from '../jobs/animation.ts';
import type { XmlTree } from '../xml/write-xml.ts';

export interface Template {
  TemplateId: string;
  Name: string;
  CreatedAt: number;
  UpdatedAt: number;
  Animation: Animation;
}

/** The `Template` node [doc; sdk Go: the parameters stand under `Animation`]. */
export function templateTree(template: Template, bucket: string): XmlTree {
  return {
    TemplateId: template.TemplateId,
    Tag: 'Animation',
    Name: template.Name,
    State: 'Normal',
    BucketId: bucket,
    Category: 'Custom',
    CreateTime: formatTime(template.CreatedAt),
    UpdateTime: formatTime(template.UpdatedAt),
    Animation: animationTree(template.Animation),
  };
}
