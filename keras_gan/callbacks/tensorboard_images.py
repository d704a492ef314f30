"""Pictures for TensorBoard, written without TensorFlow so that every backend can."""

import io
import time

from PIL import Image


def writer(log_dir):
    """A writer of event files.

    Raises:
        ImportError: without the tensorboard package, naming the pip line.
    """
    try:
        from tensorboard.summary.writer.event_file_writer import EventFileWriter
    except ImportError as error:
        raise ImportError(
            "`log_dir` needs the tensorboard package. Install it: pip install 'keras-gan[tensorboard]'"
        ) from error
    return EventFileWriter(str(log_dir))


def write(writer, tag, picture, step):
    """Adds one uint8 picture `(h, w)` or `(h, w, c)` at a step."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    png = io.BytesIO()
    Image.fromarray(picture).save(png, format="PNG")
    height, width = picture.shape[:2]
    image = Summary.Image(height=height, width=width, encoded_image_string=png.getvalue())
    writer.add_event(
        Event(wall_time=time.time(), step=step, summary=Summary(value=[Summary.Value(tag=tag, image=image)]))
    )
    writer.flush()
