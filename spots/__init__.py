"""医師少数スポット: facilities, policy, criteria, designation, outputs and maps.

The main job is `spots.runfile.read_run_file`, then `spots.job.execute`, then
`spots.outputs.write_folder`.
"""
